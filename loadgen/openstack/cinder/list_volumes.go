package cinder

import (
	"context"
	"fmt"

	volume "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListVolumes lists the project's volumes, one page.
type ListVolumes struct {
	openstack.Page `yaml:",inline"`
	Detailed       bool `yaml:"detailed" help:"ask for all of each volume, not only for its name"`
	AllProjects    bool `yaml:"all_projects" help:"volumes of all projects; needs an administrator"`
}

// NewListVolumes has the defaults.
func NewListVolumes() *ListVolumes {
	return &ListVolumes{Detailed: true, Page: openstack.Page{Limit: 100}}
}

// Role is reader.
func (*ListVolumes) Role() string { return "reader" }

// Open gets a token and finds Cinder in the catalogue.
func (w *ListVolumes) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list volumes: %w", err)
	}
	list := openstack.Collection{Service: "volume", Find: volume.NewBlockStorageV3, Key: "volumes", Query: w.Query()}
	if w.Detailed {
		list.Path = []string{"volumes", "detail"}
	}
	if w.AllProjects {
		list.Query.Set("all_tenants", "1")
	}
	return list.Open(ctx, env)
}

package nova

import (
	"context"
	"fmt"

	compute "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListServers lists the project's servers, one page.
type ListServers struct {
	openstack.Page `yaml:",inline"`
	Detailed       bool `yaml:"detailed" help:"ask for all of each server, as the dashboard does, not only for its name"`
	AllProjects    bool `yaml:"all_projects" help:"servers of all projects; needs an administrator"`
}

// NewListServers has the defaults.
func NewListServers() *ListServers {
	return &ListServers{Detailed: true, Page: openstack.Page{Limit: 100}}
}

// Role is reader, and admin for the servers of all projects.
func (w *ListServers) Role() string {
	if w.AllProjects {
		return "admin"
	}
	return "reader"
}

// Open gets a token and finds Nova in the catalogue.
func (w *ListServers) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	list := openstack.Collection{Service: "compute", Find: compute.NewComputeV2, Key: "servers", Query: w.Query()}
	if w.Detailed {
		list.Path = []string{"servers", "detail"}
	}
	if w.AllProjects {
		list.Query.Set("all_tenants", "1")
	}
	return list.Open(ctx, env)
}

package nova

import (
	"context"
	"fmt"

	compute "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListFlavors lists the sizes that servers can have, one page. Nova answers
// from its database alone, so it shows the API without its messages.
type ListFlavors struct {
	openstack.Page `yaml:",inline"`
	Detailed       bool `yaml:"detailed" help:"ask for all of each flavor, not only for its name"`
}

// NewListFlavors has the defaults.
func NewListFlavors() *ListFlavors { return &ListFlavors{Detailed: true} }

// Role is reader.
func (*ListFlavors) Role() string { return "reader" }

// Open gets a token and finds Nova in the catalogue.
func (w *ListFlavors) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list flavors: %w", err)
	}
	list := openstack.Collection{Service: "compute", Find: compute.NewComputeV2, Key: "flavors", Query: w.Query()}
	if w.Detailed {
		list.Path = []string{"flavors", "detail"}
	}
	return list.Open(ctx, env)
}

package neutron

import (
	"context"
	"fmt"

	network "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListNetworks lists the networks that the project can use, one page.
type ListNetworks struct {
	openstack.Page `yaml:",inline"`
}

// Role is reader.
func (*ListNetworks) Role() string { return "reader" }

// Open gets a token and finds Neutron in the catalogue.
func (w *ListNetworks) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list networks: %w", err)
	}
	list := openstack.Collection{Service: "network", Find: network.NewNetworkV2, Key: "networks", Query: w.Query()}
	return list.Open(ctx, env)
}

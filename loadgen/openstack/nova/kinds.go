package nova

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Nova, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "compute", Find: compute.NewComputeV2, Loads: "nova",
		Kinds: func(_ *openstack.Client, nova *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{newServer(nova)}
		},
	}
}

func newServer(nova *gophercloud.ServiceClient) *openstack.Kind {
	return &openstack.Kind{
		One: "server", Many: "servers", Ready: "ACTIVE", Gone: []string{"DELETED", "SOFT_DELETED"},
		List: func(prefix string) pagination.Pager {
			return servers.ListSimple(nova, servers.ListOpts{Name: "^" + prefix})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result { return servers.Delete(ctx, nova, id).Result },
		Show:   func(ctx context.Context, id string) gophercloud.Result { return servers.Get(ctx, nova, id).Result },
	}
}

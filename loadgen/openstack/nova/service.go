package nova

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Nova, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "compute", Find: compute.NewComputeV2, Loads: []string{"nova", "vm", "cinder.create_and_attach_volume", openstack.MakesFlavors}, Quotas: openstack.NovaQuotas(),
		ForgetUser: openstack.ForgetKeypairs, Forget: forget,
		Kinds: func(_ *openstack.Client, nova *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{openstack.Servers(nova), openstack.Keypairs(nova)}
		},
		Common: func(_ *openstack.Client, nova *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{openstack.Flavors(nova)}
		},
	}
}

// forget removes nothing: all that a load has made is gone by then. A server of somebody
// else keeps the project, which would take the user's only way to it along.
func forget(ctx context.Context, nova *gophercloud.ServiceClient, project string) error {
	found, err := openstack.Every(ctx, servers.List(nova, servers.ListOpts{}), servers.ExtractServers)
	if err != nil {
		return fmt.Errorf("list servers: %w", err)
	}
	for _, server := range found {
		if server.TenantID == project { // whatever the service made of the question
			return fmt.Errorf("the server %s (%s) is in it", server.Name, server.ID)
		}
	}
	return nil
}

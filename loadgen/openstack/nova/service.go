package nova

import (
	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Nova, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "compute", Find: compute.NewComputeV2, Loads: []string{"nova", "vm", "cinder.create_and_attach_volume"}, Quotas: openstack.NovaQuotas(),
		ForgetUser: openstack.ForgetKeypairs,
		Kinds: func(_ *openstack.Client, nova *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{openstack.Servers(nova), openstack.Keypairs(nova)}
		},
	}
}

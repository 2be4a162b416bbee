package glance

import (
	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Glance, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "image", Find: services.NewImageV2, Loads: []string{"glance", "nova.snapshot_server", "nova.race_snapshots_of_server", "nova.race_actions_on_server", "nova.shelve_and_unshelve_server", "nova.boot_and_bounce_server", openstack.MakesImages},
		Kinds: func(client *openstack.Client, glance *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{openstack.Images(client, glance)}
		},
	}
}

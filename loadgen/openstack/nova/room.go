package nova

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/limits"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// room tells whether the project may have one more server of a flavor, with its port, and those
// that are kept.
func room(ctx context.Context, env loadgen.Env, client *openstack.Client, nova *gophercloud.ServiceClient, flavor flavors.Flavor, keep openstack.Keeping) error {
	quotas, err := openstack.Limits(limits.Get(ctx, nova, limits.GetOpts{}).Result, map[string][2]string{
		"instances": {"maxTotalInstances", "totalInstancesUsed"},
		"cores":     {"maxTotalCores", "totalCoresUsed"},
		"ram":       {"maxTotalRAMSize", "totalRAMUsed"},
	})
	if err != nil {
		return err
	}
	one := map[string]int{"instances": 1, "cores": flavor.VCPUs, "ram": flavor.RAM}
	if err := keep.Takes("compute", one, nil).Fits(env, quotas, ""); err != nil {
		return err
	}
	neutron, err := client.Find(ctx, "network", services.NewNetworkV2)
	if err != nil {
		return err
	}
	return openstack.NetworkRoom(ctx, env, neutron, client.Project(), keep.Takes("network", map[string]int{"port": 1}, nil))
}

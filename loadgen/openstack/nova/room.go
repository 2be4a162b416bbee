package nova

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/limits"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// room tells whether the project may have one more server, and those that are
// kept.
func room(ctx context.Context, nova *gophercloud.ServiceClient, keep openstack.Keeping) error {
	quotas, err := openstack.Limits(limits.Get(ctx, nova, limits.GetOpts{}).Result, map[string][2]string{
		"instances": {"maxTotalInstances", "totalInstancesUsed"},
	})
	if err != nil {
		return err
	}
	return openstack.Fits(keep.Needs(map[string]int{"instances": 1}, nil), quotas)
}

package cinder

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	volume "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/backups"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// kinds are the kinds of resources of Cinder.
type kinds struct{ volume, snapshot, backup *openstack.Kind }

// order is that in which they can be deleted.
func (k kinds) order() []*openstack.Kind { return []*openstack.Kind{k.backup, k.snapshot, k.volume} }

// Service is Cinder, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "volume", Find: volume.NewBlockStorageV3, Loads: []string{"cinder", "nova.boot_server_from_volume_and_delete"}, Quotas: openstack.CinderQuotas(),
		Kinds: func(_ *openstack.Client, cinder *gophercloud.ServiceClient) []*openstack.Kind {
			return newKinds(cinder).order()
		},
	}
}

func newKinds(cinder *gophercloud.ServiceClient) kinds {
	return kinds{
		volume: openstack.Volumes(cinder),
		backup: &openstack.Kind{
			One: "backup", Many: "backups", Ready: "available", Gone: []string{},
			List:   func(string) pagination.Pager { return backups.ListDetail(cinder, backups.ListDetailOpts{}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result { return backups.Delete(ctx, cinder, id).Result },
			Show:   func(ctx context.Context, id string) gophercloud.Result { return backups.Get(ctx, cinder, id).Result },
		},
		snapshot: &openstack.Kind{
			One: "snapshot", Many: "snapshots", Ready: "available", Gone: []string{},
			List: func(string) pagination.Pager { return snapshots.List(cinder, snapshots.ListOpts{}) },
			Delete: func(ctx context.Context, id string) gophercloud.Result {
				return snapshots.Delete(ctx, cinder, id).Result
			},
			Show: func(ctx context.Context, id string) gophercloud.Result { return snapshots.Get(ctx, cinder, id).Result },
		},
	}
}

package openstack

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/limits"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/loadgen"
)

// VolumeRoom tells whether a project's quotas of Cinder have room for what is
// needed of volumes, gigabytes, snapshots, backups and backup_gigabytes.
func VolumeRoom(ctx context.Context, env loadgen.Env, cinder *gophercloud.ServiceClient, takes Takes) error {
	quotas, err := Limits(limits.Get(ctx, cinder).Result, map[string][2]string{
		"volumes":          {"maxTotalVolumes", "totalVolumesUsed"},
		"gigabytes":        {"maxTotalVolumeGigabytes", "totalGigabytesUsed"},
		"snapshots":        {"maxTotalSnapshots", "totalSnapshotsUsed"},
		"backups":          {"maxTotalBackups", "totalBackupsUsed"},
		"backup_gigabytes": {"maxTotalBackupGigabytes", "totalBackupGigabytesUsed"},
	})
	if err != nil {
		return err
	}
	return takes.Fits(env, quotas, "")
}

// MakeVolume is a step that makes a volume.
func (i *Iteration) MakeVolume(ctx context.Context, operation string, cinder *gophercloud.ServiceClient, kind *Kind, ask volumes.CreateOpts) Made {
	return i.Make(ctx, operation, kind, func(name string) gophercloud.Result {
		ask.Name, ask.Metadata = name, Metadata(i.Run)
		return volumes.Create(ctx, cinder, ask, nil).Result
	})
}

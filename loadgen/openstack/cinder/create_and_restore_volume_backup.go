package cinder

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/backups"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndRestoreVolumeBackup makes a volume, backs it up, restores it from the
// backup, and deletes both, as Rally's CinderVolumes.create_and_restore_volume_backup
// does.
type CreateAndRestoreVolumeBackup struct {
	Volume `yaml:",inline"`
}

// NewCreateAndRestoreVolumeBackup has the defaults.
func NewCreateAndRestoreVolumeBackup() *CreateAndRestoreVolumeBackup {
	return &CreateAndRestoreVolumeBackup{Volume: newVolume()}
}

// Open gets a token and finds Cinder in the catalogue.
func (w *CreateAndRestoreVolumeBackup) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	size := int(w.Size / gib)
	s, err := w.open(ctx, env, map[string]int{"volumes": 1, "gigabytes": size, "backups": 1, "backup_gigabytes": size}, nil)
	if err != nil {
		return nil, fmt.Errorf("create and restore volume backup: %w", err)
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		volume := w.makeVolume(ctx, s, i)
		backup := i.Make(ctx, "cinder_v3.create_backup", s.backup, func(name string) gophercloud.Result {
			return backups.Create(ctx, s.cinder, backups.CreateOpts{Name: name, VolumeID: volume.ID}).Result
		})
		i.Do("cinder_v3.restore_backup", func() loadgen.Outcome { return s.restore(ctx, i, backup, volume) })
		i.Remove(ctx, "cinder_v3.delete_backup", backup)
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
	}
	return s.making.Start(ctx, env)
}

// restore has a volume restored from its backup, and waits until both can be used
// again.
func (s *service) restore(ctx context.Context, i *openstack.Iteration, backup, volume openstack.Made) loadgen.Outcome {
	answer := backups.RestoreFromBackup(ctx, s.cinder, backup.ID, backups.RestoreOpts{VolumeID: volume.ID})
	if answer.Err != nil {
		return openstack.Ended(answer.Result)
	}
	if said, err := answer.Extract(); err != nil || said == nil || said.VolumeID != volume.ID {
		return openstack.Wrong(fmt.Errorf("restore backup: the answer is not about %s", volume.ID), answer.Header)
	}
	if o := i.Await(ctx, volume, "available"); o.Class != record.OK {
		return o
	}
	return i.Await(ctx, backup, "available")
}

package cinder

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateVolumeFromSnapshot makes a snapshot of a volume, makes a volume of that,
// and deletes both, as Rally's CinderVolumes.create_volume_from_snapshot does. The
// first volume is made once, before the load starts.
type CreateVolumeFromSnapshot struct {
	Volume `yaml:",inline"`
}

// NewCreateVolumeFromSnapshot has the defaults.
func NewCreateVolumeFromSnapshot() *CreateVolumeFromSnapshot {
	return &CreateVolumeFromSnapshot{Volume: newVolume()}
}

// Open gets a token and finds Cinder in the catalogue.
func (w *CreateVolumeFromSnapshot) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	size := int(w.Size / gib)
	s, err := w.open(ctx, env, map[string]int{"volumes": 1, "snapshots": 1, "gigabytes": 2 * size}, w.one())
	if err != nil {
		return nil, fmt.Errorf("create volume from snapshot: %w", err)
	}
	var source openstack.Made
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) { source = w.makeVolume(ctx, s, i) }
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		snapshot := s.makeSnapshot(ctx, i, source)
		volume := i.MakeVolume(ctx, "cinder_v3.create_volume", s.cinder, s.volume, volumes.CreateOpts{Size: size, VolumeType: w.Type, SnapshotID: snapshot.ID})
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
		i.Remove(ctx, "cinder_v3.delete_snapshot", snapshot)
	}
	return s.making.Start(ctx, env)
}

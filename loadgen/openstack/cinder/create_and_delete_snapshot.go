package cinder

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteSnapshot makes a snapshot of a volume, waits until it is
// available, deletes it and waits until it is gone, as Rally's
// CinderVolumes.create_and_delete_snapshot does. The volume is made once, before
// the load starts.
type CreateAndDeleteSnapshot struct {
	Volume `yaml:",inline"`
}

// NewCreateAndDeleteSnapshot has the defaults.
func NewCreateAndDeleteSnapshot() *CreateAndDeleteSnapshot {
	return &CreateAndDeleteSnapshot{Volume: newVolume()}
}

// Open gets a token, finds Cinder in the catalogue and makes the volume.
func (w *CreateAndDeleteSnapshot) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.open(ctx, env, map[string]int{"snapshots": 1, "gigabytes": int(w.Size / gib)}, w.one())
	if err != nil {
		return nil, fmt.Errorf("create and delete snapshot: %w", err)
	}
	var volume openstack.Made
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) { volume = w.makeVolume(ctx, s, i) }
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		snapshot := s.makeSnapshot(ctx, i, volume)
		i.Remove(ctx, "cinder_v3.delete_snapshot", snapshot)
	}
	return s.making.Start(ctx, env)
}

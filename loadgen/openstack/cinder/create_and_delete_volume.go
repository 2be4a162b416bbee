package cinder

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteVolume makes an empty volume, waits until it is available,
// deletes it and waits until it is gone, as Rally's
// CinderVolumes.create_and_delete_volume does.
type CreateAndDeleteVolume struct {
	Volume `yaml:",inline"`
}

// NewCreateAndDeleteVolume has the defaults.
func NewCreateAndDeleteVolume() *CreateAndDeleteVolume {
	return &CreateAndDeleteVolume{Volume: newVolume()}
}

// Open gets a token and finds Cinder in the catalogue.
func (w *CreateAndDeleteVolume) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.open(ctx, env, w.one(), nil)
	if err != nil {
		return nil, fmt.Errorf("create and delete volume: %w", err)
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		volume := w.makeVolume(ctx, s, i)
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
	}
	return s.making.Start(ctx, env)
}

package cinder

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateVolumeAndClone makes a volume of another, which is made once, before the
// load starts, and deletes it, as Rally's CinderVolumes.create_volume_and_clone
// does.
type CreateVolumeAndClone struct {
	Volume `yaml:",inline"`
}

// NewCreateVolumeAndClone has the defaults.
func NewCreateVolumeAndClone() *CreateVolumeAndClone {
	return &CreateVolumeAndClone{Volume: newVolume()}
}

// Open gets a token and finds Cinder in the catalogue.
func (w *CreateVolumeAndClone) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	size := int(w.Size / gib)
	s, err := w.open(ctx, env, w.one(), w.one())
	if err != nil {
		return nil, fmt.Errorf("create volume and clone: %w", err)
	}
	var source openstack.Made
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) { source = w.makeVolume(ctx, s, i) }
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		clone := i.MakeVolume(ctx, "cinder_v3.clone_volume", s.cinder, s.volume, volumes.CreateOpts{Size: size, VolumeType: w.Type, SourceVolID: source.ID})
		i.Remove(ctx, "cinder_v3.delete_volume", clone)
	}
	return s.making.Start(ctx, env)
}

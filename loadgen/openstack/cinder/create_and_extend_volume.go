package cinder

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndExtendVolume makes a volume, makes it a GiB larger, and deletes it, as
// Rally's CinderVolumes.create_and_extend_volume does.
type CreateAndExtendVolume struct {
	Volume `yaml:",inline"`
}

// NewCreateAndExtendVolume has the defaults.
func NewCreateAndExtendVolume() *CreateAndExtendVolume {
	return &CreateAndExtendVolume{Volume: newVolume()}
}

// Open gets a token and finds Cinder in the catalogue.
func (w *CreateAndExtendVolume) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	size := int(w.Size / gib)
	s, err := w.open(ctx, env, map[string]int{"volumes": 1, "gigabytes": size + 1}, nil)
	if err != nil {
		return nil, fmt.Errorf("create and extend volume: %w", err)
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		volume := w.makeVolume(ctx, s, i)
		i.Do("cinder_v3.extend_volume", func() loadgen.Outcome {
			o := openstack.Ended(volumes.ExtendSize(ctx, s.cinder, volume.ID, volumes.ExtendSizeOpts{NewSize: size + 1}).Result)
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, volume, "available")
		})
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
	}
	return s.making.Start(ctx, env)
}

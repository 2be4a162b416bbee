package nova

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndAttachVolume boots a server, makes a volume, attaches it, detaches
// it, and deletes both, as Rally's CinderVolumes.create_and_attach_volume does.
// It is Nova that attaches.
type CreateAndAttachVolume struct {
	WithVolume `yaml:",inline"`
}

// NewCreateAndAttachVolume has the defaults.
func NewCreateAndAttachVolume() *CreateAndAttachVolume {
	return &CreateAndAttachVolume{WithVolume: newWithVolume()}
}

// Open gets a token and finds what a server and a volume are made of.
func (w *CreateAndAttachVolume) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		volume := w.makeVolume(ctx, s, i, "")
		i.Do("nova.attach_volume", func() loadgen.Outcome { return s.attach(ctx, i, server, volume) })
		i.Do("nova.detach_volume", func() loadgen.Outcome {
			o := openstack.Ended(volumeattach.Delete(ctx, s.nova, server.ID, volume.ID).Result)
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, volume, "available")
		})
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
		i.Remove(ctx, "nova.delete_server", server)
	}
	return s.making.Start(ctx, env)
}

// attach attaches a volume, and waits until Cinder says so.
func (s *stored) attach(ctx context.Context, i *openstack.Iteration, server, volume openstack.Made) loadgen.Outcome {
	answer := volumeattach.Create(ctx, s.nova, server.ID, volumeattach.CreateOpts{VolumeID: volume.ID})
	if answer.Err != nil {
		return openstack.Ended(answer.Result)
	}
	said, err := answer.Extract()
	if err != nil || said == nil || said.VolumeID != volume.ID {
		return openstack.Wrong(fmt.Errorf("attach volume: the answer is not about %s", volume.ID), answer.Header)
	}
	return i.Await(ctx, volume, "in-use")
}

package nova

import (
	"context"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootServerFromVolumeAndDelete makes a volume of the image, boots a server from
// it, and deletes both, as Rally's NovaServers.boot_server_from_volume_and_delete
// does; the volume, which Rally leaves to the end of its task, has to be let go
// first, and that is a step of its own.
type BootServerFromVolumeAndDelete struct {
	WithVolume `yaml:",inline"`
}

// NewBootServerFromVolumeAndDelete has the defaults.
func NewBootServerFromVolumeAndDelete() *BootServerFromVolumeAndDelete {
	return &BootServerFromVolumeAndDelete{WithVolume: newWithVolume()}
}

// Open gets a token and finds what a server and a volume are made of.
func (w *BootServerFromVolumeAndDelete) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		volume := w.makeVolume(ctx, s, i, s.image)
		server := s.boot(ctx, i, func(ask *servers.CreateOpts) {
			ask.ImageRef = ""
			ask.BlockDevice = []servers.BlockDevice{{UUID: volume.ID, SourceType: servers.SourceVolume, DestinationType: servers.DestinationVolume}}
		})
		i.Look(volume, func(ctx context.Context) loadgen.Outcome { return volume.Is(ctx, "in-use") })
		i.Remove(ctx, "nova.delete_server", server)
		if !i.Kept() {
			i.Do("nova.detach_volume", func() loadgen.Outcome { return i.Await(ctx, volume, "available") })
		}
		i.Remove(ctx, "cinder_v3.delete_volume", volume)
	}
	return s.making.Start(ctx, env)
}

package nova

import (
	"context"
	"net/http"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndRebuildServer boots a server, rebuilds it of its own image, and deletes
// it, as Rally's NovaServers.boot_and_rebuild_server does.
type BootAndRebuildServer struct {
	Booting `yaml:",inline"`
}

// NewBootAndRebuildServer has the defaults.
func NewBootAndRebuildServer() *BootAndRebuildServer {
	return &BootAndRebuildServer{Booting: newBooting()}
}

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndRebuildServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.open(ctx, env, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.rebuild_server", func() loadgen.Outcome {
			var said any
			o := server.Said(s.action(ctx, server, http.StatusAccepted, "rebuild", map[string]string{"imageRef": s.image}, &said))
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, server, "ACTIVE")
		})
	})
}

package nova

import (
	"context"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndShowServer boots a server, asks for it once more, and deletes it,
// which Rally's NovaServers.boot_and_show_server leaves to the end of its task.
// A server that is no longer ACTIVE is a wrong result.
type BootAndShowServer struct {
	Booting `yaml:",inline"`
}

// NewBootAndShowServer has the defaults.
func NewBootAndShowServer() *BootAndShowServer { return &BootAndShowServer{Booting: newBooting()} }

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndShowServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.open(ctx, env, func(ctx context.Context, _ *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.show_server", func() loadgen.Outcome { return server.Is(ctx, "ACTIVE") })
	})
}

package nova

import (
	"context"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndDeleteServer boots a server, waits until it is ACTIVE, deletes it and
// waits until it is gone, as Rally's NovaServers.boot_and_delete_server does.
// Its operations bear Rally's names, nova.boot_server and nova.delete_server.
//
// A server that goes to ERROR is a wrong result. An answer that fails, also to
// one of the questions how the server is, ends the iteration with its class:
// nothing is asked again.
type BootAndDeleteServer struct {
	Booting `yaml:",inline"`
}

// NewBootAndDeleteServer has the defaults.
func NewBootAndDeleteServer() *BootAndDeleteServer {
	return &BootAndDeleteServer{Booting: newBooting()}
}

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndDeleteServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.open(ctx, env, func(context.Context, *booting, *openstack.Iteration, openstack.Made) {})
}

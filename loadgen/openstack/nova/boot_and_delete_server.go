package nova

import (
	"context"
	"errors"
	"fmt"
	"time"

	compute "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndDeleteServer boots a server, waits until it is ACTIVE, deletes it and
// waits until it is gone, as Rally's NovaServers.boot_and_delete_server does.
// Its operations bear Rally's names, nova.boot_server and nova.delete_server.
//
// A server that goes to ERROR is a wrong result. An answer that fails, also to
// one of the questions how the server is, ends the iteration with its class:
// nothing is asked again. What such an iteration leaves is deleted beside the
// load, and Close looks for whatever bears the load's name.
type BootAndDeleteServer struct {
	Flavor  string        `yaml:"flavor" help:"name or id; the one with the least memory if left out"`
	Image   string        `yaml:"image" help:"name or id; the smallest active one if left out"`
	Network string        `yaml:"network" help:"name or id; the first that is not external if left out, and \"auto\" leaves it to Nova"`
	Poll    time.Duration `yaml:"poll" help:"between two questions how the server is; no wait is known more exactly"`
	Force   bool          `yaml:"force_delete" help:"delete by force, as where Nova keeps deleted servers for a while"`
}

// NewBootAndDeleteServer has the defaults.
func NewBootAndDeleteServer() *BootAndDeleteServer {
	return &BootAndDeleteServer{Poll: 500 * time.Millisecond}
}

// auto leaves the choice of networks to Nova.
const auto = "auto"

// Validate says what is wrong with the arguments.
func (w *BootAndDeleteServer) Validate() error {
	if w.Poll < 10*time.Millisecond {
		return errors.New("poll: must be 10ms or more")
	}
	return nil
}

// Role is member: it makes servers.
func (*BootAndDeleteServer) Role() string { return "member" }

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndDeleteServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("boot and delete server: %w", err)
	}
	client, nova, err := openstack.Connect(ctx, env, "compute", compute.NewComputeV2)
	if err != nil {
		return nil, err
	}
	s := &booting{
		client: client, nova: nova, poll: w.Poll, force: w.Force,
		prefix: "eris-" + env.Run + "-" + env.Load + "-", run: env.Run,
	}
	if err := w.find(ctx, s); err != nil {
		client.Close()
		return nil, err
	}
	s.sweeper = startSweeper(ctx, s.sweep)
	return s, nil
}

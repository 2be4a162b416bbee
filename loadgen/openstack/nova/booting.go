package nova

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Booting is the arguments that all workloads share that boot a server.
type Booting struct {
	Flavor            string        `yaml:"flavor" help:"name or id; the one with the least memory if left out"`
	Image             string        `yaml:"image" help:"name or id; the smallest active one if left out"`
	Network           string        `yaml:"network" help:"name or id; the first that is not external if left out, and \"auto\" leaves it to Nova"`
	Poll              time.Duration `yaml:"poll" help:"between two questions how the server is; no wait is known more exactly"`
	openstack.Keeping `yaml:",inline"`
	Force             bool `yaml:"force_delete" help:"delete by force, as where Nova keeps deleted servers for a while"`
}

// auto leaves the choice of networks to Nova.
const auto = "auto"

func newBooting() Booting { return Booting{Poll: 500 * time.Millisecond} }

// Validate says what is wrong with the arguments.
func (w *Booting) Validate() error {
	var err error
	if w.Poll < 10*time.Millisecond {
		err = errors.New("poll: must be 10ms or more")
	}
	return errors.Join(err, w.Wrong())
}

// Role is member: it makes servers.
func (*Booting) Role() string { return "member" }

// open gets a token, finds the flavor, the image and the network, and sees
// whether the project has room for a server. What one iteration does with its
// server lies between its boot and its deletion.
func (w *Booting) open(ctx context.Context, env loadgen.Env, between func(context.Context, *booting, *openstack.Iteration, openstack.Made)) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("boot server: %w", err)
	}
	client, nova, err := openstack.Connect(ctx, env, "compute", compute.NewComputeV2)
	if err != nil {
		return nil, err
	}
	s := &booting{nova: nova}
	if err := errors.Join(w.find(ctx, client, s), room(ctx, nova, w.Keeping)); err != nil {
		client.Close()
		return nil, err
	}
	s.kind = newServer(nova)
	if w.Force {
		s.kind.Delete = func(ctx context.Context, id string) gophercloud.Result {
			return servers.ForceDelete(ctx, nova, id).Result
		}
	}
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{s.kind}, Poll: w.Poll, Keep: w.Keep}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		between(ctx, s, i, server)
		i.Remove(ctx, "nova.delete_server", server)
	}
	return making.Start(ctx, env)
}

// booting is what the iterations of a session need to boot servers.
type booting struct {
	nova     *gophercloud.ServiceClient
	kind     *openstack.Kind
	flavor   string
	image    string
	networks any // of servers.CreateOpts; nil leaves them to Nova
}

func (s *booting) boot(ctx context.Context, i *openstack.Iteration) openstack.Made {
	return i.Make(ctx, "nova.boot_server", s.kind, func(name string) gophercloud.Result {
		return servers.Create(ctx, s.nova, servers.CreateOpts{
			Name: name, FlavorRef: s.flavor, ImageRef: s.image, Networks: s.networks,
			Metadata: openstack.Metadata(i.Run),
		}, nil).Result
	})
}

package nova

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Booting is the arguments that all workloads share that boot a server.
type Booting struct {
	Flavor            string `yaml:"flavor" help:"name or id, or /PATTERN/; the one with the least memory if left out, of those of its tenants where these have some"`
	Image             string `yaml:"image" help:"name or id, or /PATTERN/ of the only name that fits; the smallest active one if left out, of those of its tenants where these have some"`
	Network           string `yaml:"network" help:"name or id, or /PATTERN/; the first of the project's own that is not external, or else of those shared with it, if left out, and \"auto\" leaves it to Nova"`
	openstack.Polling `yaml:",inline"`
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
	Force             bool `yaml:"force_delete" help:"delete by force, as where Nova keeps deleted servers for a while"`
}

// auto leaves the choice of networks to Nova.
const auto = "auto"

func newBooting() Booting { return Booting{Polling: openstack.Each(500 * time.Millisecond)} }

// Validate says what is wrong with the arguments.
func (w *Booting) Validate() error {
	err := w.TooOften()
	for _, c := range []struct{ key, wanted string }{{"flavor", w.Flavor}, {"image", w.Image}, {"network", w.Network}} {
		err = errors.Join(err, openstack.CheckChoice(c.key, c.wanted))
	}
	return errors.Join(err, w.Wrong(), w.Unasked())
}

// Role is member: it makes servers.
func (*Booting) Role() string { return "member" }

// open starts a session. What one iteration does with its server lies between
// its boot and its deletion.
func (w *Booting) open(ctx context.Context, env loadgen.Env, between func(context.Context, *booting, *openstack.Iteration, openstack.Made)) (loadgen.Session, error) {
	s, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	return w.steps(ctx, env, s, between)
}

func (w *Booting) steps(ctx context.Context, env loadgen.Env, s *booting, between func(context.Context, *booting, *openstack.Iteration, openstack.Made)) (loadgen.Session, error) {
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		between(ctx, s, i, server)
		i.Remove(ctx, "nova.delete_server", server)
	}
	return s.making.Start(ctx, env)
}

// begin gets a token, finds the flavor, the image and the network, and sees
// whether the project has room for a server.
func (w *Booting) begin(ctx context.Context, env loadgen.Env) (*booting, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("boot server: %w", err)
	}
	client, nova, err := openstack.Connect(ctx, env, "compute", compute.NewComputeV2)
	if err != nil {
		return nil, err
	}
	s := &booting{nova: nova, server: openstack.Servers(nova)}
	flavor, err := w.find(ctx, env, client, s)
	if err == nil {
		err = room(ctx, env, client, nova, flavor, w.Keeping)
	}
	if err != nil {
		client.Close()
		return nil, err
	}
	if w.Force {
		s.server.Delete = func(ctx context.Context, id string) gophercloud.Result {
			return servers.ForceDelete(ctx, nova, id).Result
		}
	}
	s.making = &openstack.Making{Client: client, Kinds: []*openstack.Kind{s.server}, Poll: w.Poll, Keep: w.Keep, Ask: w.Ask}
	return s, nil
}

// booting is what the iterations of a session need to boot servers.
type booting struct {
	nova     *gophercloud.ServiceClient
	server   *openstack.Kind
	images   *openstack.Kind // that Nova makes of servers; nil where it is not asked for any
	making   *openstack.Making
	sizes    sizes // that there are
	flavor   string
	image    string
	pair     string // the name of the key pair that is injected; empty: none is
	networks any    // of servers.CreateOpts; nil leaves them to Nova
}

// withImages is begin for those of whose servers Nova makes images, also by itself: it
// makes one of each that it shelves.
func (w *Booting) withImages(ctx context.Context, env loadgen.Env) (*booting, error) {
	s, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	glance, err := s.making.Client.Find(ctx, "image", compute.NewImageV2)
	if err != nil {
		s.making.Client.Close()
		return nil, err
	}
	s.images = openstack.Images(s.making.Client, glance)
	s.images.Ready = "active"
	s.making.Kinds = append(s.making.Kinds, s.images)
	return s, nil
}

// boot is the step that boots a server, with what that needs beside the usual.
func (s *booting) boot(ctx context.Context, i *openstack.Iteration, special ...func(*servers.CreateOpts)) openstack.Made {
	return i.Make(ctx, "nova.boot_server", s.server, func(name string) gophercloud.Result {
		ask := servers.CreateOpts{
			Name: name, FlavorRef: s.flavor, ImageRef: s.image, Networks: s.networks, Metadata: openstack.Metadata(i.Run),
		}
		for _, change := range special {
			change(&ask)
		}
		return servers.Create(ctx, s.nova, keypairs.CreateOptsExt{CreateOptsBuilder: ask, KeyName: s.pair}, nil).Result
	})
}

// action asks Nova to do something with a server, and wants that status in the
// answer.
func (s *booting) action(ctx context.Context, server openstack.Made, code int, name string, args, into any) gophercloud.Result {
	return openstack.Call(ctx, s.nova, http.MethodPost, s.nova.ServiceURL("servers", server.ID, "action"), map[string]any{name: args}, into, code)
}

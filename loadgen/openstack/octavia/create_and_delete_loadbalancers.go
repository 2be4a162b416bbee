package octavia

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteLoadbalancers makes a load balancer with a listener, a pool and
// members, waits after each until the balancer has it, and deletes all, as Rally's
// Octavia.create_and_delete_loadbalancers does with the balancer alone. The members
// are addresses of documentation (RFC 5737), at which nobody is.
type CreateAndDeleteLoadbalancers struct {
	Members           int    `yaml:"members" help:"of the pool, 0 to 50"`
	Network           string `yaml:"network" help:"name or id, or /PATTERN/, of the balancer's address; the first of the project's own that is not external, or else of those shared with it, if left out"`
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
	openstack.Polling `yaml:",inline"`
}

// NewCreateAndDeleteLoadbalancers has the defaults.
func NewCreateAndDeleteLoadbalancers() *CreateAndDeleteLoadbalancers {
	return &CreateAndDeleteLoadbalancers{Members: 2, Polling: openstack.Each(500 * time.Millisecond)}
}

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteLoadbalancers) Validate() error {
	var errs []error
	if w.Members < 0 || w.Members > 50 {
		errs = append(errs, errors.New("members: must be from 0 to 50"))
	}
	return errors.Join(append(errs, openstack.CheckChoice("network", w.Network), w.TooOften(), w.Wrong(), w.Unasked())...)
}

// Role is member: it makes load balancers. Where Octavia has its own roles that is
// load-balancer_member.
func (*CreateAndDeleteLoadbalancers) Role() string { return "member" }

// Open gets a token, finds Octavia in the catalogue and the network, and sees whether
// the project has room.
func (w *CreateAndDeleteLoadbalancers) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create and delete load balancers: %w", err)
	}
	client, octavia, err := openstack.Connect(ctx, env, "load-balancer", services.NewLoadBalancerV2)
	if err != nil {
		return nil, err
	}
	one := map[string]int{"load_balancer": 1, "listener": 1, "pool": 1}
	network, err := client.InnerNetwork(ctx, w.Network)
	if err := errors.Join(err, room(ctx, env, octavia, client.Project(), w.Takes("load-balancer", one, nil))); err != nil {
		client.Close()
		return nil, err
	}
	s := &balancing{octavia: octavia, balancer: balancersOf(octavia, client.Project())}
	making := openstack.Making{Client: client, Kinds: []*openstack.Kind{s.balancer}, Poll: w.Poll, Keep: w.Keep, Ask: w.Ask}
	making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		balancer := i.Make(ctx, "octavia.load_balancer_create", s.balancer, func(name string) gophercloud.Result {
			ask := map[string]any{"name": name, "vip_network_id": network, "tags": []string{openstack.Tag(i.Run)}}
			return s.post(ctx, "loadbalancer", ask, "loadbalancers")
		})
		listener := s.add(ctx, i, balancer, "listener", map[string]any{"loadbalancer_id": balancer.ID, "protocol": "HTTP", "protocol_port": 80}, "listeners")
		pool := s.add(ctx, i, balancer, "pool", map[string]any{"listener_id": listener, "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN"}, "pools")
		for n := range w.Members {
			s.add(ctx, i, balancer, "member", map[string]any{"address": fmt.Sprint("192.0.2.", n+1), "protocol_port": 80}, "pools", pool, "members")
		}
		i.Remove(ctx, "octavia.load_balancer_delete", balancer)
	}
	return making.Start(ctx, env)
}

// balancing is Octavia as one session reaches it.
type balancing struct {
	octavia  *gophercloud.ServiceClient
	balancer *openstack.Kind
}

// post asks for something.
func (s *balancing) post(ctx context.Context, key string, ask map[string]any, path ...string) gophercloud.Result {
	url := s.octavia.ServiceURL(append([]string{"lbaas"}, path...)...)
	return openstack.Call(ctx, s.octavia, http.MethodPost, url, map[string]any{key: ask}, new(any), http.StatusCreated)
}

// add is the step that gives a balancer something, and waits until it has that. Its
// id is returned.
func (s *balancing) add(ctx context.Context, i *openstack.Iteration, to openstack.Made, key string, ask map[string]any, path ...string) (id string) {
	i.Do("octavia."+key+"_create", func() loadgen.Outcome {
		ask["name"] = i.Name
		answer := s.post(ctx, key, ask, path...)
		if answer.Err != nil {
			return openstack.Ended(answer)
		}
		var said map[string]struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		if err := answer.ExtractInto(&said); err != nil || said[key].ID == "" || said[key].Name != i.Name {
			return openstack.Wrong(errors.Join(fmt.Errorf("make %s: the answer is about %q with the id %q", key, said[key].Name, said[key].ID), err), answer.Header)
		}
		id = said[key].ID
		return i.Await(ctx, to, "ACTIVE")
	})
	return id
}

package neutron

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	network "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// service is Neutron as one session of a workload that makes things reaches it.
type service struct {
	kinds
	making  *openstack.Making
	neutron *gophercloud.ServiceClient
	project string
}

// member is what makes networks and the like needs.
type member struct {
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
}

// Validate says what is wrong with the arguments.
func (m member) Validate() error { return errors.Join(m.Wrong(), m.Unasked()) }

// Role is member: it makes things in the project.
func (member) Role() string { return "member" }

// open gets a token, finds Neutron in the catalogue, and sees whether the
// project has room for what all iterations share, for one and for those that are
// kept.
func (m member) open(ctx context.Context, env loadgen.Env, needs, shared map[string]int) (*service, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	client, neutron, err := openstack.Connect(ctx, env, "network", network.NewNetworkV2)
	if err != nil {
		return nil, err
	}
	s := &service{neutron: neutron, project: client.Project()}
	if err := openstack.NetworkRoom(ctx, env, neutron, s.project, m.Takes("network", needs, shared)); err != nil {
		client.Close()
		return nil, err
	}
	s.kinds = newKinds(neutron, s.project)
	s.making = &openstack.Making{Client: client, Kinds: s.order(), Poll: time.Second, Keep: m.Keep, Ask: m.Ask}
	return s, nil
}

// begin opens a session whose iterations need nothing but those steps.
func (m member) begin(ctx context.Context, env loadgen.Env, needs map[string]int, steps func(context.Context, *service, *openstack.Iteration)) (loadgen.Session, error) {
	s, err := m.open(ctx, env, needs, nil)
	if err != nil {
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) { steps(ctx, s, i) }
	return s.making.Start(ctx, env)
}

// makeNetwork is the step that makes a network.
func (s *service) makeNetwork(ctx context.Context, i *openstack.Iteration) openstack.Made {
	return i.Make(ctx, "neutron.create_network", s.network, func(name string) gophercloud.Result {
		return networks.Create(ctx, s.neutron, networks.CreateOpts{Name: name}).Result
	})
}

// makeSubnet is the step that makes the nth subnet of a network.
func (s *service) makeSubnet(ctx context.Context, i *openstack.Iteration, in openstack.Made, n int) openstack.Made {
	return i.Make(ctx, "neutron.create_subnet", s.subnet, func(name string) gophercloud.Result {
		return subnets.Create(ctx, s.neutron, subnets.CreateOpts{Name: name, NetworkID: in.ID, CIDR: block(n).String(), IPVersion: gophercloud.IPv4}).Result
	})
}

// block is the nth block of addresses, out of 10.0.0.0/8.
func block(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 0}), 24)
}

// limited says what is wrong with a number of things.
func limited(name string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%s: must be from %d to %d", name, least, most)
	}
	return nil
}

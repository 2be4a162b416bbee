package neutron

import (
	"context"
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteFloatingIP makes a port and a floating IP, associates the two,
// dissociates them and deletes both, as Rally's
// NeutronNetworks.associate_and_dissociate_floating_ips does. The network, its
// subnet and the router to the outside are made once, before the load starts.
type CreateAndDeleteFloatingIP struct {
	member   `yaml:",inline"`
	External string `yaml:"external_network" help:"name or id, or /PATTERN/ of the name, of the network that gives the addresses; the first external one if left out"`
}

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteFloatingIP) Validate() error {
	return errors.Join(w.member.Validate(), openstack.CheckChoice("external_network", w.External))
}

// Open gets a token, finds the external network and makes what the iterations
// share.
func (w *CreateAndDeleteFloatingIP) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("floating IP: %w", err)
	}
	s, err := w.open(ctx, env,
		map[string]int{"port": 1, "floatingip": 1}, map[string]int{"network": 1, "subnet": 1, "router": 1, "port": 1})
	if err != nil {
		return nil, err
	}
	outside, err := openstack.OuterNetwork(ctx, s.neutron, w.External)
	if err != nil {
		s.making.Client.Close()
		return nil, err
	}
	var network openstack.Made
	s.making.Prepare = func(ctx context.Context, i *openstack.Iteration) {
		network = s.makeNetwork(ctx, i)
		subnet := s.makeSubnet(ctx, i, network, 0)
		router := s.makeRouter(ctx, i, outside)
		s.attach(ctx, i, router, subnet)
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		port := s.makePort(ctx, i, network)
		address, _ := i.MakeFloatingIP(ctx, s.neutron, s.floating, outside)
		i.Do("neutron.associate_floating_ip", func() loadgen.Outcome { return address.Associate(ctx, s.neutron, port.ID) })
		i.Do("neutron.dissociate_floating_ip", func() loadgen.Outcome { return address.Associate(ctx, s.neutron, "") })
		i.Remove(ctx, "neutron.delete_floating_ip", address)
		i.Remove(ctx, "neutron.delete_port", port)
	}
	return s.making.Start(ctx, env)
}

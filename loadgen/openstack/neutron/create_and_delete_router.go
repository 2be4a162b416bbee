package neutron

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteRouter makes a network with a subnet, a router with a gateway
// and an interface in that subnet, and deletes them one by one, as Rally's
// NeutronNetworks.create_and_delete_routers does.
type CreateAndDeleteRouter struct {
	member   `yaml:",inline"`
	External string `yaml:"external_network" help:"name or id, or /PATTERN/ of the name, of the gateway's network; the first external one if left out"`
}

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteRouter) Validate() error {
	return errors.Join(w.member.Validate(), openstack.CheckChoice("external_network", w.External))
}

// Open gets a token and finds the external network.
func (w *CreateAndDeleteRouter) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("router: %w", err)
	}
	s, err := w.open(ctx, env, map[string]int{"network": 1, "subnet": 1, "router": 1, "port": 1}, nil)
	if err != nil {
		return nil, err
	}
	outside, err := openstack.OuterNetwork(ctx, s.neutron, w.External)
	if err != nil {
		s.making.Client.Close()
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		network := s.makeNetwork(ctx, i)
		subnet := s.makeSubnet(ctx, i, network, 0)
		router := s.makeRouter(ctx, i, outside)
		s.attach(ctx, i, router, subnet)
		i.Do("neutron.remove_interface_router", func() loadgen.Outcome {
			return openstack.Ended(routers.RemoveInterface(ctx, s.neutron, router.ID, routers.RemoveInterfaceOpts{SubnetID: subnet.ID}).Result)
		})
		i.Remove(ctx, "neutron.delete_router", router)
		i.Remove(ctx, "neutron.delete_subnet", subnet)
		i.Remove(ctx, "neutron.delete_network", network)
	}
	return s.making.Start(ctx, env)
}

// makeRouter is the step that makes a router with a gateway.
func (s *service) makeRouter(ctx context.Context, i *openstack.Iteration, outside string) openstack.Made {
	return i.Make(ctx, "neutron.create_router", s.router, func(name string) gophercloud.Result {
		return routers.Create(ctx, s.neutron, routers.CreateOpts{Name: name, GatewayInfo: &routers.GatewayInfo{NetworkID: outside}}).Result
	})
}

// attach is the step that gives a router an interface in a subnet.
func (s *service) attach(ctx context.Context, i *openstack.Iteration, router, subnet openstack.Made) {
	i.Do("neutron.add_interface_router", func() loadgen.Outcome {
		return openstack.Ended(routers.AddInterface(ctx, s.neutron, router.ID, routers.AddInterfaceOpts{SubnetID: subnet.ID}).Result)
	})
}

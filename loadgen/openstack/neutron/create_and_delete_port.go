package neutron

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeletePort makes a network with a subnet and ports in it, and
// deletes them one by one, as Rally's NeutronNetworks.create_and_delete_ports
// does.
type CreateAndDeletePort struct {
	member `yaml:",inline"`
	Ports  int `yaml:"ports" help:"ports in each network, 1 to 100"`
}

// NewCreateAndDeletePort has the defaults.
func NewCreateAndDeletePort() *CreateAndDeletePort { return &CreateAndDeletePort{Ports: 1} }

// Validate says what is wrong with the arguments.
func (w *CreateAndDeletePort) Validate() error {
	return errors.Join(limited("ports", w.Ports, 1, 100), w.member.Validate())
}

// Open gets a token and finds Neutron in the catalogue.
func (w *CreateAndDeletePort) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create and delete port: %w", err)
	}
	return w.begin(ctx, env, map[string]int{"network": 1, "subnet": 1, "port": w.Ports}, func(ctx context.Context, s *service, i *openstack.Iteration) {
		network := s.makeNetwork(ctx, i)
		subnet := s.makeSubnet(ctx, i, network, 0)
		made := make([]openstack.Made, w.Ports)
		for n := range made {
			made[n] = s.makePort(ctx, i, network)
		}
		for _, port := range made {
			i.Remove(ctx, "neutron.delete_port", port)
		}
		i.Remove(ctx, "neutron.delete_subnet", subnet)
		i.Remove(ctx, "neutron.delete_network", network)
	})
}

// makePort is the step that makes a port of a network.
func (s *service) makePort(ctx context.Context, i *openstack.Iteration, network openstack.Made) openstack.Made {
	return i.Make(ctx, "neutron.create_port", s.port, func(name string) gophercloud.Result {
		return ports.Create(ctx, s.neutron, ports.CreateOpts{Name: name, NetworkID: network.ID}).Result
	})
}

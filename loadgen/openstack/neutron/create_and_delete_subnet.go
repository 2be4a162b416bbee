package neutron

import (
	"context"
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteSubnet makes a network with subnets of 256 addresses, and
// deletes them one by one, as Rally's NeutronNetworks.create_and_delete_subnets
// does.
type CreateAndDeleteSubnet struct {
	member  `yaml:",inline"`
	Subnets int `yaml:"subnets" help:"subnets in each network, 1 to 16"`
}

// NewCreateAndDeleteSubnet has the defaults.
func NewCreateAndDeleteSubnet() *CreateAndDeleteSubnet { return &CreateAndDeleteSubnet{Subnets: 1} }

// Validate says what is wrong with the arguments.
func (w *CreateAndDeleteSubnet) Validate() error {
	return errors.Join(limited("subnets", w.Subnets, 1, 16), w.member.Validate())
}

// Open gets a token and finds Neutron in the catalogue.
func (w *CreateAndDeleteSubnet) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("create and delete subnet: %w", err)
	}
	return w.begin(ctx, env, map[string]int{"network": 1, "subnet": w.Subnets}, func(ctx context.Context, s *service, i *openstack.Iteration) {
		network := s.makeNetwork(ctx, i)
		made := make([]openstack.Made, w.Subnets)
		for n := range made {
			made[n] = s.makeSubnet(ctx, i, network, n)
		}
		for _, subnet := range made {
			i.Remove(ctx, "neutron.delete_subnet", subnet)
		}
		i.Remove(ctx, "neutron.delete_network", network)
	})
}

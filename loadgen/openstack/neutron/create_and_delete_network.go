package neutron

import (
	"context"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// CreateAndDeleteNetwork makes a network and deletes it, as Rally's
// NeutronNetworks.create_and_delete_networks does.
type CreateAndDeleteNetwork struct {
	member `yaml:",inline"`
}

// Open gets a token and finds Neutron in the catalogue.
func (w *CreateAndDeleteNetwork) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.begin(ctx, env, map[string]int{"network": 1}, func(ctx context.Context, s *service, i *openstack.Iteration) {
		network := s.makeNetwork(ctx, i)
		i.Remove(ctx, "neutron.delete_network", network)
	})
}

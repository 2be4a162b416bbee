package tenants

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// networking makes what projects are given of networks, as an administrator, who may say whose
// a network is.
type networking struct {
	neutron *gophercloud.ServiceClient
	outside string // the network that routers lead to; empty: there are no routers
	*loadgen.TenantNetwork
}

// networks finds Neutron and where routers are to lead; nil where projects are given none.
func (a *administrator) networks(ctx context.Context, wanted *loadgen.TenantNetwork) (*networking, error) {
	if wanted == nil {
		return nil, nil //nolint:nilnil // there is nothing to be made, which is no error
	}
	n := &networking{TenantNetwork: wanted}
	var err error
	if n.neutron, err = a.client.Find(ctx, "network", services.NewNetworkV2); err != nil {
		return nil, fmt.Errorf("network: %w", err)
	}
	if wanted.Router {
		if n.outside, err = openstack.OuterNetwork(ctx, n.neutron, wanted.External); err != nil {
			return nil, fmt.Errorf("network: %w", err)
		}
	}
	return n, nil
}

// make makes the networks of a project. All of it bears the project's name, so that it goes with
// what else the run has there.
func (n *networking) make(ctx context.Context, name, project string) error {
	for i := range n.Networks {
		of := fmt.Sprintf("%s-%d", name, i)
		network, err := called(ctx, func(ctx context.Context) (*networks.Network, error) {
			return networks.Create(ctx, n.neutron, networks.CreateOpts{Name: of, ProjectID: project}).Extract()
		})
		if err != nil {
			return fmt.Errorf("make network %s: %w", of, err)
		}
		var all []string
		for s := range n.Subnets {
			subnet, err := called(ctx, func(ctx context.Context) (*subnets.Subnet, error) {
				return subnets.Create(ctx, n.neutron, subnets.CreateOpts{
					Name: fmt.Sprintf("%s-%d", of, s), NetworkID: network.ID, ProjectID: project, IPVersion: gophercloud.IPv4, CIDR: blockOf(i*n.Subnets + s).String(),
				}).Extract()
			})
			if err != nil {
				return fmt.Errorf("make subnet of network %s: %w", of, err)
			}
			all = append(all, subnet.ID)
		}
		if n.outside == "" {
			continue
		}
		if err := n.route(ctx, of, project, all); err != nil {
			return fmt.Errorf("make router of network %s: %w", of, err)
		}
	}
	return nil
}

// route makes a router with a gateway and has it lead to subnets.
func (n *networking) route(ctx context.Context, name, project string, to []string) error {
	router, err := called(ctx, func(ctx context.Context) (*routers.Router, error) {
		return routers.Create(ctx, n.neutron, routers.CreateOpts{Name: name, ProjectID: project, GatewayInfo: &routers.GatewayInfo{NetworkID: n.outside}}).Extract()
	})
	if err != nil {
		return err
	}
	for _, subnet := range to {
		if _, err := called(ctx, func(ctx context.Context) (*routers.InterfaceInfo, error) {
			return routers.AddInterface(ctx, n.neutron, router.ID, routers.AddInterfaceOpts{SubnetID: subnet}).Extract()
		}); err != nil {
			return err
		}
	}
	return nil
}

// blockOf is the nth block of addresses, out of 10.2.0.0/16 as Rally's. Projects may have the
// same, since their routers lead to none of the others.
func blockOf(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 2, byte(n), 0}), 24)
}

package simcloud

import (
	"context"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// The resolver of the nodes' network: a host outside of the cloud that knows
// the nodes, and the virtual address as api. Services know one another by their
// addresses, as the inventory does, and ask nobody.
const (
	resolverAddress = "127.1.0.2"
	resolverPort    = 53
)

// meetResolver is what a connection to the resolver's host meets.
func (v *view) meetResolver(port int) (balancer.Reach, string, path) {
	way := path{from: v.machine, address: resolverAddress, port: port}
	if port != resolverPort {
		return way.finds(balancer.Refused), "", way
	}
	return way.finds(balancer.Serving), "", way
}

// Lookup asks a resolver, by UDP: what is lost is asked again by who asks, and
// not before its patience is over.
func (v *view) Lookup(ctx context.Context, resolver, name string) (string, error) {
	way := path{from: v.machine, address: resolver, protocol: "udp", port: resolverPort}
	reach := balancer.Serving
	if resolver != resolverAddress {
		m, _ := v.host(resolver)
		if way.to = m; m == nil || !m.On() {
			reach = balancer.Dark
		} else {
			reach = balancer.Refused
		}
	}
	reach = way.finds(reach)
	late, lost := way.once(message)
	switch {
	case reach == balancer.Refused:
		return "", node.ErrRefused
	case reach != balancer.Serving || lost:
		<-ctx.Done()
		return "", ctx.Err()
	case wait(ctx, late) != nil:
		return "", ctx.Err()
	case name == "api":
		return virtualAddress, nil
	}
	if m := v.cloud.machine(name); m != nil {
		return m.address, nil
	}
	return "", node.ErrName
}

package network

import (
	"net/netip"
	"slices"

	"github.com/openstack-eris/eris/inventory"
)

// addresses are those of a node that the inventory knows: where its services
// listen, and where its sshd does, unless other nodes have that one too: then
// it is a forwarder's. Sorted. A virtual address is no node's own.
func addresses(cloud *inventory.Cloud, node *inventory.Node) []netip.Addr {
	var own []netip.Addr
	if listen, err := netip.ParseAddr(node.Listen); err == nil {
		own = append(own, listen.Unmap())
	}
	shared := slices.ContainsFunc(cloud.Nodes, func(other *inventory.Node) bool {
		return other.Name != node.Name && other.Address.Addr() == node.Address.Addr()
	})
	if !shared {
		own = append(own, node.Address.Addr().Unmap())
	}
	return sorted(own)
}

// loopback is where a node reaches itself.
func loopback() []netip.Addr {
	return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
}

func sorted(list []netip.Addr) []netip.Addr {
	slices.SortFunc(list, netip.Addr.Compare)
	return slices.Compact(list)
}

package network

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/openstack-eris/eris/inventory"
)

// addresses are those of a node that the inventory knows: where its services
// listen, and where its sshd does. One that other nodes have too is a
// forwarder's, and no node's own, as a virtual one. Sorted.
func addresses(cloud *inventory.Cloud, node *inventory.Node) ([]netip.Addr, error) {
	if node.Beside {
		return nil, fmt.Errorf("%s is a machine beside the cloud, and no peer of its nodes", node.Name)
	}
	sshd := node.Address.Addr().Unmap()
	all := []netip.Addr{sshd}
	if listen, err := netip.ParseAddr(node.Listen); err == nil {
		all = append(all, listen.Unmap())
	}
	shared := slices.ContainsFunc(cloud.Nodes, func(other *inventory.Node) bool {
		return other.Name != node.Name && other.Address.Addr().Unmap() == sshd
	})
	own := slices.DeleteFunc(all, func(address netip.Addr) bool { return shared && address == sshd })
	if len(own) == 0 {
		return nil, fmt.Errorf("%s has no address of its own: %s is that of other nodes too, and the inventory does not say where it listens", node.Name, sshd)
	}
	return sorted(own), nil
}

// loopback is where a node reaches itself.
func loopback() []netip.Addr {
	return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
}

func sorted(list []netip.Addr) []netip.Addr {
	slices.SortFunc(list, netip.Addr.Compare)
	return slices.Compact(list)
}

package faults

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

// Addresses are those of a node that the inventory knows: where its services
// listen, and where its sshd does. One that other nodes have too is a
// forwarder's, and no node's own, as a virtual one. Sorted.
func Addresses(cloud *inventory.Cloud, node *inventory.Node) ([]netip.Addr, error) {
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
	return Sorted(own), nil
}

// Loopback is where a node reaches itself.
func Loopback() []netip.Addr {
	return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
}

// Sorted sorts addresses in place, and takes out what is there twice.
func Sorted(list []netip.Addr) []netip.Addr {
	slices.SortFunc(list, netip.Addr.Compare)
	return slices.Compact(list)
}

// Peers are the addresses of the nodes of a service, as the target's node sees
// them, sorted, and the service. A peer on the target's own node is reached through
// loopback, as everything on that node is.
func (t Target) Peers(name string) ([]netip.Addr, *inventory.Service, error) {
	service := t.Cloud.ServiceByName(name)
	if service == nil {
		var known []string
		for _, s := range t.Cloud.Services {
			known = append(known, s.Name)
		}
		return nil, nil, fmt.Errorf("unknown service %q; %s", name, document.Suggest(name, known))
	}
	var peers []netip.Addr
	for _, node := range service.Nodes {
		theirs, err := Addresses(t.Cloud, t.Cloud.NodeByName(node))
		if err != nil {
			return nil, nil, err
		}
		peers = append(peers, theirs...)
		if node == t.Node.Name {
			peers = append(peers, Loopback()...)
		}
	}
	return Sorted(peers), service, nil
}

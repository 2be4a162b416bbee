package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
)

// otherSide are the nodes on the other side of a fault between nodes: those
// that are selected, every one where nothing is, without the fault's own
// targets.
func otherSide(target faults.Target, from inventory.Selector) ([]*inventory.Node, error) {
	if err := target.WholeNode(); err != nil {
		return nil, err
	}
	if target.Cloud == nil {
		return nil, errors.New("nobody knows the other nodes of the cloud")
	}
	side := []string{target.Node.Name}
	for _, other := range target.Others {
		side = append(side, other.Node.Name)
	}
	chosen := func(string) bool { return true }
	if !from.Empty() {
		refs, err := target.Cloud.Select(from)
		if err != nil {
			return nil, fmt.Errorf("from: %w", err)
		}
		chosen = func(name string) bool {
			return slices.ContainsFunc(refs, func(r inventory.Ref) bool { return r.Node == name })
		}
	}
	var peers []*inventory.Node
	for _, node := range target.Cloud.Nodes {
		if chosen(node.Name) && !slices.Contains(side, node.Name) {
			peers = append(peers, node)
		}
	}
	if len(peers) == 0 {
		return nil, errors.New("nobody is left on the other side")
	}
	return peers, nil
}

// beyond are the addresses of the other side, with further ones, and where the
// node tries each peer: its sshd.
func beyond(target faults.Target, peers []*inventory.Node, further []netip.Addr) (others []netip.Addr, attempts []netip.AddrPort, err error) {
	own, _ := faults.Addresses(target.Cloud, target.Node) // none: a forwarder leads to it, and the other side's are not its
	for _, peer := range peers {
		theirs, err := faults.Addresses(target.Cloud, peer)
		if err != nil {
			return nil, nil, err
		}
		if theirs = without(without(theirs, own), faults.Loopback()); len(theirs) == 0 {
			return nil, nil, fmt.Errorf("%s has no address of its own by which it could be told from others", peer.Name)
		}
		others = append(others, theirs...)
		attempts = append(attempts, netip.AddrPortFrom(theirs[0], peer.Address.Port()))
	}
	for _, address := range further {
		others = append(others, address.Unmap())
	}
	return faults.Sorted(others), attempts, nil
}

// atPort has attempts go to the first of some ports instead, if there are any.
func atPort(attempts []netip.AddrPort, ports []int) []netip.AddrPort {
	moved := slices.Clone(attempts)
	for i, attempt := range attempts {
		if len(ports) > 0 {
			moved[i] = netip.AddrPortFrom(attempt.Addr(), uint16(ports[0]))
		}
	}
	return moved
}

// checkAddresses refuses an address that is not one node's.
func checkAddresses(list []netip.Addr) error {
	var wrong []error
	for _, address := range list {
		if address.Zone() != "" || slices.Contains(faults.Loopback(), address.Unmap()) || address.IsMulticast() || address.IsUnspecified() {
			wrong = append(wrong, fmt.Errorf("addresses: %s is nobody's on the other side", address))
		}
	}
	return errors.Join(wrong...)
}

func checkPorts(list []int) error {
	var wrong []error
	for _, port := range list {
		if port < 1 || port > 65535 {
			wrong = append(wrong, fmt.Errorf("ports: %d is not between 1 and 65535", port))
		}
	}
	return errors.Join(wrong...)
}

func names(nodes []*inventory.Node) string {
	list := make([]string, len(nodes))
	for i, node := range nodes {
		list[i] = node.Name
	}
	return strings.Join(list, ", ")
}

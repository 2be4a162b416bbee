package node

import (
	"net/netip"

	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

// Fate is what the node does to a packet: its routes and links first, then its
// rules, which count it. A node without power has none of them.
func (n *Node) Fate(p nft.Packet) nft.Fate {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	switch {
	case b == nil:
		return nft.Passed
	case !p.Loopback && p.Hook == nft.Output && !b.links.Sends(p.Destination):
		return nft.Rejected // there is no route
	case !p.Loopback && p.Hook == nft.Input && !b.links.Hears(p.Destination):
		return nft.Dropped
	}
	return b.rules.Fate(p)
}

// Send is what the queue of its link does to a packet that leaves the node.
func (n *Node) Send(p link.Packet) link.Sent {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return link.Sent{}
	}
	return b.links.Send(p)
}

// Hears tells whether what others send to an address arrives at this node.
func (n *Node) Hears(address netip.Addr) bool {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	return b != nil && b.links.Hears(address)
}

package simcloud

import (
	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

// What a packet of UDP is longer than what it carries, of IPv4, and what its link adds.
const (
	headers    = 28
	linkHeader = 14
)

// Datagram sends a packet of UDP from this node to another one or to itself: past the
// rules of both, and the queue between them. Nothing here answers.
func (v *view) Datagram(host string, port int, said []byte) error {
	to, _ := v.host(host)
	if to == nil {
		return nil // nobody gets it
	}
	way := v.way(host, to, port)
	way.protocol = "udp"
	if way.begins() != balancer.Serving {
		return nil
	}
	h := way.onward()
	h.packet.Said, h.packet.Size, h.packet.Hook = string(said), headers+len(said), nft.Output
	if h.from.Fate(h.packet) != nft.Passed || h.send(linkHeader+h.packet.Size).Lost {
		return nil
	}
	if h.from != h.to && (h.from.switchedOff() || h.to.switchedOff()) {
		return nil
	}
	h.packet.Hook = nft.Input
	h.to.Fate(h.packet)
	return nil
}

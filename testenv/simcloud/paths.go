package simcloud

import (
	"net/netip"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/link"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// What the nodes' packet filters and queues do to what the nodes say to one
// another: it is dropped, and has no answer, or some of it is lost, and said
// again, or it is late. Only
// paths that begin and end on a node are asked: who is outside (the clients of
// the virtual address, SSH) comes from the machine with Eris, which every fault
// lets through.

// path is where packets go: to a port at an address that a machine has. A port
// of 0 is a protocol without ports.
type path struct {
	from, to *machine
	address  string // of the far end; empty: the address of its node
	protocol string // tcp when empty
	port     int
	user     int // of whoever begins the connection; 0 is root
	kept     bool
}

// clientPort stands for the port that a client is given.
const clientPort = 32768

// exchange is something said and its answer: a connection that is made, or a
// message on one.
type exchange int

const (
	handshake exchange = iota
	message
)

// repeat is how long a sender waits before it repeats what it has no answer to,
// as Linux does: a SYN, and what is said on a connection that is quick. Each time
// it waits twice as long as before.
func (e exchange) repeat() time.Duration {
	if e == handshake {
		return time.Second
	}
	return 200 * time.Millisecond
}

// size is that of its packets in bytes: a SYN of IPv4, and what fills one.
func (e exchange) size() int {
	if e == handshake {
		return 74
	}
	return 1514
}

const mostTries = 7 // tcp_syn_retries is 6

// open tells whether packets get there and answers get back, some of them at
// least. Where there is no node at one of the ends, nothing filters.
func (p path) open() bool { return passable(p.there()) && passable(p.back()) }

func passable(fate nft.Fate) bool { return fate == nft.Passed || fate == nft.Lost }

// takes is how long an exchange takes longer than one of which nothing is lost
// and that no queue holds back: nothing, or some repetitions and delays.
func (p path) takes(e exchange) time.Duration {
	waited, repeat := time.Duration(0), e.repeat()
	for range mostTries {
		late, lost := p.once(e)
		if !lost {
			return waited + late
		}
		waited += repeat
		repeat *= 2
	}
	return waited
}

// once is one try of an exchange: how late its answer is, or that a packet of
// it is lost. What no packet passes is not told here.
func (p path) once(e exchange) (late time.Duration, lost bool) {
	for _, way := range []func() hop{p.onward, p.backward} {
		h := way()
		fate := h.fate()
		if fate != nft.Passed {
			return late, fate == nft.Lost
		}
		sent := h.send(e.size())
		if sent.Lost {
			return late, true
		}
		if sent.Twice {
			h.fate() // counts it again
		}
		late += sent.Late
	}
	return late, false
}

// hop is one packet from machine to machine.
type hop struct {
	from, to *machine
	packet   nft.Packet
}

func (p path) there() nft.Fate { return p.onward().fate() }

func (p path) back() nft.Fate { return p.backward().fate() }

func (p path) onward() hop {
	near, far := p.ends()
	return p.hop(p.from, p.to, nft.Packet{Source: near, Destination: far, SourcePort: p.client(), DestinationPort: p.port})
}

func (p path) backward() hop {
	near, far := p.ends()
	return p.hop(p.to, p.from, nft.Packet{Source: far, Destination: near, SourcePort: p.port, DestinationPort: p.client()})
}

func (p path) hop(from, to *machine, packet nft.Packet) hop {
	packet.Loopback = from != nil && from == to
	packet.Protocol = p.carrier()
	return hop{from: from, to: to, packet: packet}
}

// fate leaves one machine and enters another, which may be the same.
func (h hop) fate() nft.Fate {
	if h.from != h.to && (h.from.switchedOff() || h.to.switchedOff()) {
		return nft.Dropped
	}
	h.packet.Hook = nft.Output
	if h.from != nil {
		if fate := h.from.Fate(h.packet); fate != nft.Passed {
			return fate
		}
	}
	h.packet.Hook = nft.Input
	if h.to == nil {
		return nft.Passed
	}
	return h.to.Fate(h.packet)
}

// switchedOff tells whether nothing gets to the machine or from it. Who is outside has
// no switch.
func (m *machine) switchedOff() bool { return m != nil && m.rack.cut() }

// send goes through the queue of the link by which the packet leaves.
func (h hop) send(size int) link.Sent {
	if h.from == nil || h.packet.Loopback {
		return link.Sent{}
	}
	return h.from.Send(link.Packet{
		To: h.packet.Destination, Protocol: h.packet.Protocol, Size: size,
		SourcePort: h.packet.SourcePort, DestinationPort: h.packet.DestinationPort,
	})
}

func (p path) client() int {
	if p.port == 0 {
		return 0
	}
	return clientPort
}

// ends are the addresses. Who asks its own node comes from the address that it
// asks.
func (p path) ends() (near, far netip.Addr) {
	text := p.address
	if text == "" && p.to != nil {
		text = p.to.address
	}
	far, _ = netip.ParseAddr(text) // every address here is one
	near = far
	if p.from != nil && p.from != p.to {
		near, _ = netip.ParseAddr(p.from.address)
	}
	return near, far
}

// meets is what a connection along the path meets, where the unit serves.
func (p path) meets(unit string) balancer.Reach {
	found := p.finds(p.to.reach(unit))
	if manager := p.to.Systemd(); manager != nil && found == balancer.Serving {
		manager.Called(unit)
	}
	return found
}

// finds is what a connection finds of what is there: a packet that is dropped
// has no answer, as from a host without power, and one that has no route or is
// rejected is refused at once.
func (p path) finds(there balancer.Reach) balancer.Reach {
	if met := p.begins(); met != balancer.Serving {
		return met
	}
	if p.from == nil {
		if p.to.switchedOff() {
			return balancer.Dark
		}
		return there
	}
	if p.user != 0 {
		switch led := p.from.Leads(p.first()); {
		case led.Nobody:
			return balancer.Refused
		case led.Silent:
			return balancer.Mute
		}
	}
	switch p.there() {
	case nft.Rejected:
		return balancer.Refused
	case nft.Dropped:
		return balancer.Dark
	case nft.Passed, nft.Lost:
	}
	if !passable(p.back()) {
		return balancer.Dark
	}
	if there == balancer.Serving && !p.talks() {
		return balancer.Mute
	}
	return there
}

// first is what a connection along the path begins with.
func (p path) first() nft.Packet {
	packet := p.onward().packet
	packet.Hook, packet.User = nft.Output, p.user
	return packet
}

// redirected is what the node on which a connection begins does to it, and to what is
// said on it. It is asked once for each.
func (p path) redirected() node.Met {
	if p.from == nil {
		return node.Met{}
	}
	return p.from.Meets(p.first(), message.size())
}

// of is the path for a connection of a unit's processes.
func (p path) of(unit string) path {
	if p.from != nil {
		p.user = p.from.user(unit)
	}
	return p
}

// talks tells whether what is said on a connection gets there, and its answer back:
// a filter may let through only what makes one.
func (p path) talks() bool {
	for _, h := range []hop{p.onward(), p.backward()} {
		h.packet.Data = true
		if !passable(h.fate()) {
			return false
		}
	}
	return true
}

// together returns the largest set of machines of which each hears the others
// at a port, directly or through others of the set, in the order of the list.
// Of equal ones it is the one with the first machine.
func together(machines []*machine, protocol string, port int) []*machine {
	var best []*machine
	seen := map[*machine]bool{}
	for _, first := range machines {
		if seen[first] {
			continue
		}
		seen[first] = true
		set := []*machine{first}
		for i := 0; i < len(set); i++ {
			for _, m := range machines {
				if !seen[m] && hears(set[i], m, protocol, port) {
					seen[m] = true
					set = append(set, m)
				}
			}
		}
		if len(set) > len(best) {
			best = set
		}
	}
	return best
}

// hears tells whether two machines get each other's packets.
func hears(a, b *machine, protocol string, port int) bool {
	return path{from: a, to: b, protocol: protocol, port: port}.open() && path{from: b, to: a, protocol: protocol, port: port}.open()
}

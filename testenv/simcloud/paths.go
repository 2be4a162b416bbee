package simcloud

import (
	"net/netip"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

// What the nodes' packet filters do to what the nodes say to one another: it is
// dropped, and has no answer, or some of it is lost, and said again. Only
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
}

// clientPort stands for the port that a client is given.
const clientPort = 32768

// How long a sender waits before it repeats what it has no answer to, as
// Linux does: a SYN, and what is said on a connection that is quick. Each time
// it waits twice as long as before.
const (
	synRepeat  = time.Second
	dataRepeat = 200 * time.Millisecond
	mostTries  = 7 // tcp_syn_retries is 6
)

// open tells whether packets get there and answers get back, some of them at
// least. Where there is no node at one of the ends, nothing filters.
func (p path) open() bool { return passable(p.there()) && passable(p.back()) }

func passable(fate nft.Fate) bool { return fate == nft.Passed || fate == nft.Lost }

// repeats is how long an exchange takes longer than one of which nothing is
// lost: nothing, or some repetitions.
func (p path) repeats(first time.Duration) time.Duration {
	waited := time.Duration(0)
	for range mostTries {
		fate := p.there()
		if fate == nft.Passed {
			fate = p.back()
		}
		if fate != nft.Lost {
			break
		}
		waited += first
		first *= 2
	}
	return waited
}

func (p path) there() nft.Fate {
	near, far := p.ends()
	return p.crosses(p.from, p.to, nft.Packet{Source: near, Destination: far, SourcePort: p.client(), DestinationPort: p.port})
}

func (p path) back() nft.Fate {
	near, far := p.ends()
	return p.crosses(p.to, p.from, nft.Packet{Source: far, Destination: near, SourcePort: p.port, DestinationPort: p.client()})
}

// crosses leaves one machine and enters another, which may be the same.
func (p path) crosses(from, to *machine, packet nft.Packet) nft.Fate {
	packet.Loopback = from != nil && from == to
	if packet.Protocol = p.protocol; packet.Protocol == "" {
		packet.Protocol = "tcp"
	}
	packet.Hook = nft.Output
	if from != nil {
		if fate := from.Fate(packet); fate != nft.Passed {
			return fate
		}
	}
	packet.Hook = nft.Input
	if to == nil {
		return nft.Passed
	}
	return to.Fate(packet)
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
func (p path) meets(unit string) balancer.Reach { return p.finds(p.to.reach(unit)) }

// finds is what a connection finds of what is there: a packet that is dropped
// has no answer, as from a host without power, and one that has no route or is
// rejected is refused at once.
func (p path) finds(there balancer.Reach) balancer.Reach {
	if p.from == nil {
		return there
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
	return there
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

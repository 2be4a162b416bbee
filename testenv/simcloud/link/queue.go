package link

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"
)

// Packet is what leaves a node by one of its links.
type Packet struct {
	To                          netip.Addr
	Protocol                    string // tcp, udp, …
	SourcePort, DestinationPort int    // 0 where the protocol has none
	Size                        int    // bytes, the link's header among them
}

// Sent is what its link's queue does to a packet.
type Sent struct {
	Late  time.Duration // how long it waits there
	Lost  bool          // dropped, or thrown away by who gets it
	Twice bool
}

// queue is a root qdisc that somebody has made: htb, which sends what no filter
// chooses at once, or one that does nothing but being there.
type queue struct {
	handle, kind string
	words        string // of a kind that does nothing, as tc prints them
	fallback     uint32 // the default of htb
	directLength int
	direct       int // packets that no filter chose
	classes      []*class
	filters      []filter
	count        counters
}

// class is one of htb's, without a limit that matters here.
type class struct {
	minor string
	leaf  *leaf
}

// leaf is the qdisc of a class.
type leaf struct {
	handle, kind string
	strikes      func(size int, now time.Time, random *rand.Rand, c *counters) Sent
	words        string // as tc prints them
	count        counters
}

// counters are those of `tc -s`.
type counters struct{ bytes, packets, dropped, overlimits, requeues int }

func (c *counters) add(size int) {
	c.bytes += size
	c.packets++
}

// filter is one of u32.
type filter struct {
	protocol string // ip or ipv6
	priority int
	matches  []func(Packet) bool
	flow     string // minor of a class, 0 to be let through
}

// Send takes a packet through the queue of the link by which it leaves.
func (s *Set) Send(p Packet) Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, _, found := s.lookup(p.To)
	if !found || r.kind == "local" {
		return Sent{}
	}
	d, err := s.device(r.device)
	if err != nil || d.queue == nil {
		return Sent{}
	}
	return d.queue.send(p, s.random())
}

func (s *Set) random() *rand.Rand {
	if s.Random == nil {
		s.Random = rand.New(rand.NewPCG(1, 2))
	}
	return s.Random
}

func (q *queue) send(p Packet, random *rand.Rand) Sent {
	chosen := q.choose(p)
	if chosen == nil || chosen.leaf == nil {
		q.direct++
		q.count.add(p.Size)
		return Sent{}
	}
	l := chosen.leaf
	sent := l.strikes(p.Size, time.Now(), random, &l.count)
	if sent.Lost && l.kind == "tbf" {
		l.count.dropped++
		q.count.dropped++
		return sent
	}
	times := 1
	if sent.Twice {
		times = 2
	}
	for range times {
		l.count.add(p.Size)
		q.count.add(p.Size)
	}
	return sent
}

// choose is the class of the first filter that fits, if it is one.
func (q *queue) choose(p Packet) *class {
	for _, f := range q.filters {
		if (f.protocol == "ip") != p.To.Is4() {
			continue
		}
		fits := true
		for _, match := range f.matches {
			fits = fits && match(p)
		}
		if fits {
			return q.class(f.flow)
		}
	}
	return nil
}

func (q *queue) class(minor string) *class {
	for _, c := range q.classes {
		if c.minor == minor {
			return c
		}
	}
	return nil
}

// kindOf is the queue of a link, as ip and tc name it.
func (d *device) kindOf() string {
	if d.queue == nil {
		return "noqueue"
	}
	return d.queue.kind
}

// minor is what stands behind the colon of "e515:1", major with it what before.
func minor(id string) (major, minor string) {
	major, minor, _ = strings.Cut(id, ":")
	return major + ":", minor
}

package node

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/nft"
)

// A simulated node runs one program in Python: link.py, which a redirect leads a
// client's connections to. What it does to them is done here.

// Met is what a connection meets where it is redirected to.
type Met struct {
	Late   time.Duration // how much later it is answered
	Reset  bool
	Status int  // of HTTP, that it is answered with; 0: none
	Silent bool // the program does not run on
	Nobody bool // no program listens there
}

// proxy is a link.py that serves.
type proxy struct {
	kind                 string
	first, second, share int
	held                 func() bool

	mu          sync.Mutex
	rand        *rand.Rand
	sides       [2]struct{ deck []bool } // of the client, and of who looks at it
	free        time.Time                // when what was said before has gone along a link with a rate
	met, struck int
}

// proxies are those of one boot, by port.
type proxies struct {
	mu   sync.Mutex
	rand *rand.Rand
	all  map[int]*proxy
	last int
}

func (p *proxies) at(port int) *proxy {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[port]
}

func (p *proxies) add(one *proxy) (port int, remove func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one.rand = rand.New(rand.NewPCG(p.rand.Uint64(), p.rand.Uint64()))
	p.last++
	port = 42000 + p.last
	p.all[port] = one
	return port, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.all, port)
	}
}

// draw is from a hundred of which share are struck. The caller holds the lock.
func (p *proxy) draw(side int) bool {
	deck := &p.sides[side].deck
	if len(*deck) == 0 {
		for n := range 100 {
			*deck = append(*deck, n < p.share)
		}
		p.rand.Shuffle(100, func(i, j int) { (*deck)[i], (*deck)[j] = (*deck)[j], (*deck)[i] })
	}
	drawn := (*deck)[0]
	*deck = (*deck)[1:]
	return drawn
}

// meets is what one connection meets on which size bytes are said.
func (p *proxy) meets(side, size int) Met {
	if p.held() {
		return Met{Silent: true}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	struck, met := true, Met{}
	switch p.kind {
	case "delay":
		met.Late = time.Duration(p.first)*time.Millisecond + time.Duration(float64(p.second)*(2*p.rand.Float64()-1)*float64(time.Millisecond))
	case "rate":
		met.Late = time.Duration(float64(size) / float64(p.first) * float64(time.Second))
		if now := time.Now(); side == 0 {
			if p.free.Before(now) {
				p.free = now
			}
			p.free = p.free.Add(met.Late)
			met.Late = p.free.Sub(now)
		}
	case "reset":
		struck = p.draw(side)
		met.Reset = struck
	case "http_status":
		if struck = p.draw(side); struck {
			met.Status = p.first
		}
	}
	if side == 0 {
		p.met++
		if struck {
			p.struck++
		}
	}
	return met
}

// Meets is what a connection that this node begins meets by its redirects, and size
// bytes that are said on it. It is counted.
func (n *Node) Meets(p nft.Packet, size int) Met { return n.meets(p, 0, size) }

func (n *Node) meets(p nft.Packet, side, size int) Met {
	one, met := n.led(p, true)
	if one == nil {
		return met
	}
	return one.meets(side, size)
}

// Leads tells whether a connection that this node begins would come to a program that
// is silent or not there, or to one that strikes all of them. Nothing is counted.
func (n *Node) Leads(p nft.Packet) Met {
	one, met := n.led(p, false)
	switch {
	case one == nil:
		return met
	case one.held():
		return Met{Silent: true}
	case one.share == 100 && one.kind == "reset":
		return Met{Reset: true}
	case one.share == 100 && one.kind == "http_status":
		return Met{Status: one.first}
	}
	return Met{}
}

// led is the program that a connection is led to; nil where it is to none.
func (n *Node) led(p nft.Packet, count bool) (*proxy, Met) {
	n.mu.Lock()
	b := n.boot
	n.mu.Unlock()
	if b == nil {
		return nil, Met{}
	}
	port := b.rules.Redirect(p, count)
	if port == 0 {
		return nil, Met{}
	}
	if one := b.proxies.at(port); one != nil {
		return one, Met{}
	}
	return nil, Met{Nobody: true}
}

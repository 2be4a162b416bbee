package rabbitmq_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
)

// verdict is what a peer does with a message.
type verdict int

const (
	keep   verdict = iota // it is confirmed, and given to who takes it
	lose                  // it is confirmed, and is not there
	nack                  // it is refused
	back                  // it is returned, and confirmed
	silent                // it is there, and nothing is said
	twice                 // it is confirmed, and given twice
	late                  // it is confirmed, and given behind the next
	die                   // it is there, and the broker is away before it has said so
)

// peer is a cluster of brokers that speaks as much of AMQP 0-9-1 as the workload does.
// Its queues are those of all of its members, as with replicas.
type peer struct {
	mu      sync.Mutex
	queues  map[string]*queue
	conns   map[*conn]bool
	down    map[string]bool // addresses
	judge   func(number uint64) verdict
	ghosts  uint32 // connections that take from each queue and are dead
	refuses bool   // to delete
	login   string // the last
}

type message struct{ header, body []byte }

type queue struct {
	ready []message
	late  []message
	taker *conn
}

type conn struct {
	net.Conn
	peer    *peer
	address string
	out     chan []byte
	sent    uint64 // confirmed tags
	given   uint64
	unacked map[uint64]message
	queue   *queue // from which it takes
	tag     string // of who takes
	pending string // routing key of the message that is coming
	header  []byte
}

func newPeer() *peer {
	return &peer{
		queues: map[string]*queue{"notifications.info": {}}, conns: map[*conn]bool{}, down: map[string]bool{},
		judge: func(uint64) verdict { return keep },
	}
}

// dial connects to a broker of the cluster.
func (p *peer) dial(_ context.Context, _, address string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down[address] {
		return nil, errors.New("refused")
	}
	ours, theirs := net.Pipe()
	c := &conn{Conn: ours, peer: p, address: address, out: make(chan []byte, 1<<12), unacked: map[uint64]message{}}
	p.conns[c] = true
	go c.write()
	go c.read()
	return theirs, nil
}

// kill has a broker die, with all that is connected to it. The caller holds the lock.
func (p *peer) kill(address string) {
	p.down[address] = true
	for c := range p.conns {
		if c.address == address {
			_ = c.Close()
		}
	}
}

func (p *peer) names() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name := range p.queues {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func (c *conn) write() {
	for text := range c.out {
		if _, err := c.Write(text); err != nil {
			_ = c.Close()
		}
	}
}

func (c *conn) say(channel uint16, w words) {
	c.out <- frame{1, channel, w}.bytes()
}

func (c *conn) content(channel uint16, w words, m message) {
	c.say(channel, w)
	c.out <- frame{2, channel, m.header}.bytes()
	c.out <- frame{3, channel, m.body}.bytes()
}

func (c *conn) read() {
	defer c.gone()
	if _, err := io.ReadFull(c, make([]byte, 8)); err != nil {
		return
	}
	c.peer.mu.Lock()
	c.say(0, method(10, 10).octet(0).octet(9).long(0).longText("PLAIN").longText("en_US"))
	c.peer.mu.Unlock()
	for {
		f, err := readFrame(c)
		if err != nil {
			return
		}
		c.peer.mu.Lock()
		switch f.kind {
		case 1:
			c.method(f.channel, f.payload)
		case 2:
			c.header = f.payload
		case 3:
			c.published(f.channel, message{c.header, f.payload})
		}
		c.peer.mu.Unlock()
	}
}

// gone gives back what was not acknowledged.
func (c *conn) gone() {
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	_ = c.Close()
	close(c.out)
	delete(c.peer.conns, c)
	if q := c.queue; q != nil && q.taker == c {
		q.taker = nil
		for tag := c.given; tag > 0; tag-- {
			if m, has := c.unacked[tag]; has {
				q.ready = append([]message{m}, q.ready...)
			}
		}
	}
}

func (c *conn) method(channel uint16, payload reader) {
	switch class, id := payload.short(), payload.short(); [2]uint16{class, id} {
	case [2]uint16{10, 11}: // start-ok
		payload.longText() // the client's properties
		payload.text()
		c.peer.login = payload.longText()
		c.say(0, method(10, 30).short(2047).long(1<<17).short(60))
	case [2]uint16{10, 40}: // open
		c.say(0, method(10, 41).text(""))
	case [2]uint16{10, 50}: // close
		c.say(0, method(10, 51))
	case [2]uint16{20, 10}: // channel.open
		c.say(channel, method(20, 11).longText(""))
	case [2]uint16{85, 10}: // confirm.select
		c.say(channel, method(85, 11))
	case [2]uint16{60, 10}: // qos
		c.say(channel, method(60, 11))
	case [2]uint16{50, 10}:
		c.declare(channel, payload)
	case [2]uint16{50, 40}:
		c.delete(channel, payload)
	case [2]uint16{60, 20}: // consume
		payload.short()
		name, tag := payload.text(), payload.text()
		c.say(channel, method(60, 21).text(tag))
		c.queue = c.peer.queues[name]
		c.queue.taker, c.tag = c, tag
		c.give(channel)
	case [2]uint16{60, 40}: // publish
		payload.short()
		payload.text()
		c.pending = payload.text()
	case [2]uint16{60, 80}: // ack
		delete(c.unacked, payload.longlong())
	}
}

func (c *conn) declare(channel uint16, payload reader) {
	payload.short()
	name, passive := payload.text(), payload.octet()&1 == 1
	q := c.peer.queues[name]
	if q == nil && passive {
		c.say(channel, method(20, 40).short(404).text("NOT_FOUND - no queue '"+name+"' in vhost '/'").short(50).short(10))
		return
	}
	if q == nil {
		q = &queue{}
		c.peer.queues[name] = q
	}
	takers := c.peer.ghosts
	if q.taker != nil {
		takers++
	}
	c.say(channel, method(50, 11).text(name).long(uint32(len(q.ready))).long(takers))
}

func (c *conn) delete(channel uint16, payload reader) {
	payload.short()
	name := payload.text()
	if c.peer.refuses {
		c.say(channel, method(20, 40).short(404).text("NOT_FOUND - its home node is down").short(50).short(40))
		return
	}
	delete(c.peer.queues, name)
	c.say(channel, method(50, 41).long(0))
}

// published does with a message what is to be done.
func (c *conn) published(channel uint16, m message) {
	c.sent++
	what, number := keep, binary.BigEndian.Uint64(m.body[16:])
	if number > 0 { // no mark
		what = c.peer.judge(number)
	}
	q := c.peer.queues[c.pending]
	switch what {
	case nack:
		c.say(channel, method(60, 120).longlong(c.sent).octet(0))
		return
	case back:
		c.content(channel, method(60, 50).short(312).text("NO_ROUTE").text("").text(c.pending), m)
	case late:
		q.late = append(q.late, m)
	case lose:
	case twice:
		q.ready = append(q.ready, m, m)
	default:
		q.ready = append(append(q.ready, m), q.late...)
		q.late = nil
	}
	switch what {
	case die:
		c.peer.kill(c.address)
	case silent:
	default:
		c.say(channel, method(60, 80).longlong(c.sent).octet(0))
	}
	if q.taker != nil {
		q.taker.give(1)
	}
}

// give gives what is ready to who takes it.
func (c *conn) give(channel uint16) {
	for _, m := range c.queue.ready {
		c.given++
		c.unacked[c.given] = m
		c.content(channel, method(60, 60).text(c.tag).longlong(c.given).octet(0).text("").text(""), m)
	}
	c.queue.ready = nil
}

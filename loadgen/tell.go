package loadgen

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Workers share no lock: each has a desk of its own, on which it puts what it has to tell,
// and goes on. The load's teller takes it from there, a handful at a time and at least every
// tellEvery, and tells it to the figures and to the sink. Who reads the figures looks at the
// desks first, so that they are always those of now.

// tellEvery is how long an outcome may stay on a desk.
const tellEvery = 100 * time.Millisecond

// On all desks of a load together lie at most as many events as desksMost, or one on each;
// on one of them at most handfulMost, and withinMost times as many before an arrival with
// operations has ended. As many handfuls as onTheirWay wait for the teller, beyond which a
// worker waits: it is then slower to be told, as by a disk, than to work.
const (
	desksMost   = 32768
	handfulMost = 64
	withinMost  = 4
	onTheirWay  = 16
)

// event is something that a worker has to tell: that an arrival has started, or what became
// of it or of an operation in it.
type event struct {
	record.Sample
	start bool
}

// handful is what lay on a desk; the figures have the first few of it already.
type handful struct {
	events  []event
	counted int
	from    *desk // which waits for it to be counted; nil: none does
}

// desk is a worker's.
type desk struct {
	*teller
	some atomic.Bool // something lies on it
	// away is how many handfuls of it are on their way: what lies on it is told after them.
	away atomic.Int32

	mu   sync.Mutex // of a worker, and of who looks now and then
	lies handful
	shut bool // nobody takes from it any more
}

// teller is a load's.
type teller struct {
	live    *Live
	sink    Sink
	closed  bool // the model
	most    int  // that lies on a desk
	desks   []*desk
	full    chan handful
	spare   chan []event
	asked   chan chan struct{}
	done    chan struct{} // it has ended
	sending sync.WaitGroup
}

// newTeller is that of as many workers. It tells from run to end.
func newTeller(live *Live, sink Sink, closed bool, workers int) *teller {
	t := &teller{
		live: live, sink: sink, closed: closed, most: min(max(desksMost/workers, 1), handfulMost),
		full: make(chan handful, onTheirWay), spare: make(chan []event, workers+onTheirWay), asked: make(chan chan struct{}), done: make(chan struct{}),
	}
	for range workers {
		t.desks = append(t.desks, &desk{teller: t})
	}
	live.ask(t)
	return t
}

// put is for the worker, and for what it has begun: an operation may end in a goroutine of
// its own. It may wait for the teller where an arrival has ended, and not within its time, but for
// one of very many operations.
func (d *desk) put(s *record.Sample, start bool) {
	d.mu.Lock()
	if d.shut {
		d.mu.Unlock()
		d.tell(handful{events: []event{{*s, start}}})
		return
	}
	d.lies.events = append(d.lies.events, event{*s, start})
	if ended := !start && s.Operation == ""; len(d.lies.events) < d.most || !ended && len(d.lies.events) < withinMost*d.most {
		d.some.Store(true)
		d.mu.Unlock()
		return
	}
	h := d.take()
	h.from = d
	d.away.Add(1)
	d.sending.Add(1)
	d.mu.Unlock()
	d.full <- h
	d.sending.Done()
}

// take clears the desk; d.mu is held.
func (d *desk) take() handful {
	h := d.lies
	d.lies = handful{}
	select {
	case d.lies.events = <-d.spare:
	default:
	}
	d.some.Store(false)
	return h
}

// close takes what lies there, and all that comes is told at once.
func (d *desk) close() handful {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = true
	return d.take()
}

func (t *teller) run() {
	defer close(t.done)
	ticker := time.NewTicker(tellEvery)
	defer ticker.Stop()
	for {
		select {
		case h, more := <-t.full:
			if !more {
				return
			}
			t.tell(h)
		case <-ticker.C:
			t.round((*sync.Mutex).TryLock)
		case reply := <-t.asked:
			for n := len(t.full); n > 0; n-- {
				t.tell(<-t.full)
			}
			t.round(func(mu *sync.Mutex) bool { mu.Lock(); return true })
			close(reply)
		}
	}
}

// round clears all desks on which something lies that is next. One that its worker is just at
// may be left to another time.
func (t *teller) round(locked func(*sync.Mutex) bool) {
	for _, d := range t.desks {
		if !d.some.Load() || d.away.Load() > 0 || !locked(&d.mu) {
			continue
		}
		var h handful
		if d.away.Load() == 0 {
			h = d.take()
			h.from = d
			d.away.Add(1) // until it is counted, what is put there meanwhile comes after it
		}
		d.mu.Unlock()
		t.tell(h)
	}
}

// tell tells a handful, in order.
func (t *teller) tell(h handful) {
	t.live.count(h.events[h.counted:], t.closed)
	if h.from != nil {
		h.from.away.Add(-1)
	}
	for i := range h.events {
		if e := &h.events[i]; !e.start {
			t.sink.Sample(e.Sample)
		}
	}
	if h.events == nil {
		return
	}
	clear(h.events) // they hold texts
	select {
	case t.spare <- h.events[:0]:
	default:
	}
}

// flush returns when all that was put on a desk before was told.
func (t *teller) flush() {
	reply := make(chan struct{})
	select {
	case t.asked <- reply:
		<-reply
	case <-t.done:
	}
}

// end returns when all was told. What is put on a desk later, by iterations that did not end
// when they were cut, is told by themselves.
func (t *teller) end() {
	var left []handful
	for _, d := range t.desks {
		left = append(left, d.close())
	}
	t.sending.Wait()
	close(t.full)
	<-t.done
	for _, h := range left {
		t.tell(h)
	}
}

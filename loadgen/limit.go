package loadgen

import (
	"context"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// limits ends the iterations of a load that take longer than its time-out, and all that
// are in flight when they are cut. Each has as long as every other, so that they are
// over in the order in which they began: one timer does for all of them, where
// context.WithTimeout has one for each and a map in its parent that all workers write to.
type limits struct {
	work  context.Context // what contexts of iterations know values by
	clock record.Clock
	most  time.Duration

	mu          sync.Mutex
	first, last *limited // that have not ended, the one that began first in front
	timer       *time.Timer
	armed       bool
	cutting     error // nil until what is in flight is cut
}

// newLimits has cut called by whoever ends work.
func newLimits(work context.Context, clock record.Clock, most time.Duration) *limits {
	l := &limits{work: work, clock: clock, most: most}
	l.timer = time.AfterFunc(never, l.expire)
	return l
}

// begin is the context of an iteration that began at an offset of the run's clock. One
// that comes here a little before another that began earlier may be ended as late as that.
func (l *limits) begin(at time.Duration) *limited {
	it := &limited{limits: l, until: at + l.most}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cutting != nil {
		it.err = l.cutting
		return it
	}
	if it.before = l.last; it.before != nil {
		it.before.next = it
	} else {
		l.first = it
	}
	l.last, it.listed = it, true
	if !l.armed {
		l.armed = true
		l.timer.Reset(it.until - l.clock.Now())
	}
	return it
}

// expire ends what has taken too long.
func (l *limits) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	for l.first != nil && l.first.until <= now {
		l.first.over(context.DeadlineExceeded)
	}
	if l.armed = l.first != nil; l.armed {
		l.timer.Reset(l.first.until - now)
	}
}

// cut ends all that is in flight, and what begins later.
func (l *limits) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cutting, l.armed = context.Canceled, true
	l.timer.Stop()
	for l.first != nil {
		l.first.over(context.Canceled)
	}
}

// wasCut tells of the iterations in flight.
func (l *limits) wasCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cutting != nil
}

// limited is the context of one iteration.
type limited struct {
	*limits
	until        time.Duration // by the run's clock
	before, next *limited
	listed       bool

	// of these the limits' mutex is the guard, too
	err  error
	done chan struct{} // made when somebody asks
	then []func()      // nil where it was taken back
}

// over ends it; the mutex is held.
func (c *limited) over(err error) {
	if c.err != nil {
		return
	}
	c.err = err
	if c.listed {
		c.unlist()
	}
	if c.done != nil {
		close(c.done)
	}
	for _, f := range c.then {
		if f != nil {
			go f()
		}
	}
	c.then = nil
}

func (c *limited) unlist() {
	if c.before != nil {
		c.before.next = c.next
	} else {
		c.first = c.next
	}
	if c.next != nil {
		c.next.before = c.before
	} else {
		c.last = c.before
	}
	c.before, c.next, c.listed = nil, nil, false
}

// end is for who began it.
func (c *limited) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over(context.Canceled)
}

func (c *limited) Deadline() (time.Time, bool) { return c.clock.Start().Add(c.until), true }

func (c *limited) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

func (c *limited) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *limited) Value(key any) any { return c.work.Value(key) }

// AfterFunc is what context.AfterFunc asks for, also for contexts that are made of this
// one, in place of a goroutine for each. Those that are made of one with a value have such a
// goroutine all the same: context.WithValue hides this.
func (c *limited) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	n := len(c.then)
	c.then = append(c.then, f)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		waits := n < len(c.then) && c.then[n] != nil
		if waits {
			c.then[n] = nil
		}
		return waits
	}
}

// AfterFunc has f called in a goroutine of its own once ctx is done, as
// context.AfterFunc does. It is cheaper where ctx is that of an iteration, for workloads
// of which there are many in a second.
func AfterFunc(ctx context.Context, f func()) (stop func() bool) {
	if c, is := ctx.(*limited); is {
		return c.AfterFunc(f)
	}
	return context.AfterFunc(ctx, f)
}

package loadgen

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// limits ends the iterations of a load that take longer than its time-out, and all that
// are in flight when they are cut. Each has as long as every other, so that one timer does
// for all of them, where context.WithTimeout has one for each and a map in its parent that
// all workers write to: it looks at the turns of all workers, and then sleeps until the
// first of those in flight is over. Workers share no lock but when it sleeps and none is.
type limits struct {
	work  context.Context // what contexts of iterations know values by
	clock record.Clock
	most  time.Duration

	cutting atomic.Bool // what is in flight is cut, and what begins later
	armed   atomic.Bool // the timer runs

	mu    sync.Mutex // of the two below; taken before a turn's
	turns []*turn
	timer *time.Timer
}

// turn is a worker's place: what it does now, and the guard of all that it ever did.
type turn struct {
	*limits
	// recorder has the operations of what is done here; nil: nobody has.
	recorder Recorder
	until    atomic.Int64 // of now, as a time.Duration; never: nothing
	mu       sync.Mutex
	now      *limited // nil: nothing
}

// newLimits has cut called by whoever ends work.
func newLimits(work context.Context, clock record.Clock, most time.Duration) *limits {
	l := &limits{work: work, clock: clock, most: most}
	l.timer = time.AfterFunc(never, l.expire)
	return l
}

// turn is a place for one more worker.
func (l *limits) turn() *turn {
	s := &turn{limits: l}
	s.until.Store(int64(never))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns = append(l.turns, s)
	return s
}

// begin is the context of an iteration that began at an offset of the run's clock, the
// worker's only one. One that comes here a little before another that began earlier may be
// ended as late as that.
func (s *turn) begin(at time.Duration) *limited {
	return s.start(&limited{turn: s, deadline: at + s.most, recorder: s.recorder})
}

// last is begin for what nothing is done after, and whose operations are somebody else's.
func (s *turn) last(at time.Duration, rec Recorder) *limited {
	return s.start(&limited{turn: s, deadline: at + s.most, recorder: rec, ended: true})
}

func (s *turn) start(it *limited) *limited {
	if !s.put(it) {
		return it
	}
	if !s.armed.Load() { // else the timer is over before this is, and looks again then
		s.arm(it.deadline)
	}
	return it
}

// put is false where it is cut already. Who cuts says so before it looks at the turns.
func (s *turn) put(it *limited) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cutting.Load() {
		it.err = context.Canceled
		return false
	}
	s.now = it
	s.until.Store(int64(it.deadline))
	return true
}

func (l *limits) arm(until time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.armed.Load() {
		l.armed.Store(true)
		l.timer.Reset(until - l.clock.Now())
	}
}

// expire ends what has taken too long. What takes its turn after it looked there finds
// the timer not armed, or armed for one that is over earlier.
func (l *limits) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cutting.Load() {
		return
	}
	l.armed.Store(false)
	now := l.clock.Now()
	next := never
	for _, s := range l.turns {
		if time.Duration(s.until.Load()) <= now { // most are not, and are not disturbed
			s.expire(now)
		}
		next = min(next, time.Duration(s.until.Load()))
	}
	if next < never {
		l.armed.Store(true)
		l.timer.Reset(next - now)
	}
}

func (s *turn) expire(now time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil && s.now.deadline <= now {
		s.now.over(context.DeadlineExceeded)
	}
}

// cut ends all that is in flight, and what begins later.
func (l *limits) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cutting.Store(true)
	l.armed.Store(true) // nobody is to arm it again
	l.timer.Stop()
	for _, s := range l.turns {
		s.cut()
	}
}

func (s *turn) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		s.now.over(context.Canceled)
	}
}

// wasCut tells of the iterations in flight.
func (l *limits) wasCut() bool { return l.cutting.Load() }

// limited is the context of one iteration.
type limited struct {
	*turn
	deadline time.Duration // by the run's clock
	recorder Recorder      // of its operations; nil: nobody

	// of these the turn's mutex is the guard
	err   error
	done  chan struct{}                     // made when somebody asks
	then  []func()                          // nil where it was taken back
	later []func(context.Context, Recorder) // see Afterwards
	notes map[any][]any                     // see Leave
	ended bool                              // there is no afterwards any more
}

// over ends it; the mutex is held.
func (c *limited) over(err error) {
	if c.err != nil {
		return
	}
	c.err = err
	if c.now == c {
		c.now = nil
		c.turn.until.Store(int64(never))
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

// end is for who began it; it returns what is to be done afterwards.
func (c *limited) end() []func(context.Context, Recorder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over(context.Canceled)
	c.ended = true
	return c.later
}

func (c *limited) Deadline() (time.Time, bool) { return c.clock.Start().Add(c.deadline), true }

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

func (c *limited) Value(key any) any {
	if _, own := key.(iterationKey); own {
		return c
	}
	return c.work.Value(key)
}

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

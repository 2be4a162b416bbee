package loadgen

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Change is another rate for an open load that runs. It takes the place of
// whatever shape the arrivals had.
type Change struct {
	Rate Rate // may be none
	Hold bool // in place of Rate: the rate that it has at this moment stays
}

// UnmarshalText reads a rate, none or hold.
func (c *Change) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "hold" {
		*c = Change{Hold: true}
		return nil
	}
	return c.Rate.UnmarshalText(text)
}

// DocumentType is the word for it in descriptions.
func (*Change) DocumentType() string { return "rate, none or hold" }

// String says in words what it does.
func (c Change) String() string {
	if c.Hold {
		return "holds its rate"
	}
	return "goes on with " + c.Rate.String()
}

// ErrOver is that a load has ended, or was stopped, before it could be changed.
var ErrOver = errors.New("the load is over")

// change is one for who has the turn. What it fills in may be read once done is
// closed.
type change struct {
	Change
	end  *time.Duration // in place of a change: when the load ends
	done chan struct{}
	at   time.Duration
	rate Rate
	over bool
}

// Change gives an open load another rate, from the moment on that it returns,
// by the run's clock, with the rate. What was due before it is neither lost nor
// due twice, and what had come together of the next arrival counts for it. A
// load that has not started begins with it, and holds what it would have begun
// with.
func (r *Runner) Change(to Change) (at time.Duration, rate Rate, err error) {
	r.steering.Lock()
	defer r.steering.Unlock()
	if r.load.Spec.Arrivals == nil {
		return 0, 0, fmt.Errorf("change load %s: only a load of the open model has a rate", r.load.Name)
	}
	if r.open == nil {
		rate := to.Rate
		if to.Hold {
			rate = Rate(r.shape.curve().rate(0))
		}
		r.shape = Arrivals{Rate: rate, Process: r.shape.Process}
		return r.clock.Now(), rate, nil
	}
	c := &change{Change: to, done: make(chan struct{})}
	r.open.post(c)
	if c.over {
		return 0, 0, fmt.Errorf("change load %s: %w", r.load.Name, ErrOver)
	}
	return c.at, c.rate, nil
}

// post hands a change to who has the turn, or takes the turn for it.
func (o *open) post(c *change) {
	o.pending.Store(c)
	o.waiter.rouse()
	select {
	case <-c.done:
	case <-o.turn:
		o.change()
		o.turn <- struct{}{}
	}
}

// change makes the change that is pending, if one is; the caller has the turn.
// Its moment is read while the count of what is planned stands still, so that
// the count and the schedule part at the very same one.
func (o *open) change() {
	if o.pending.Load() == nil {
		return
	}
	c := o.pending.Swap(nil)
	if c.over = isClosed(o.quit); c.end != nil {
		o.live.endAt(*c.end)
		o.next.endAt(*c.end)
	} else if !c.over {
		c.rate = c.Rate
		if c.Hold {
			c.rate = o.next.rate(o.clock.Now())
		}
		c.at = o.live.change(line(c.rate))
		o.next.change(c.at, line(c.rate))
	}
	close(c.done)
}

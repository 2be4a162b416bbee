package faults

import (
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// nodeClock is what is known of a node's wall clock against the run's. Each
// round trip says that the node's reading was taken between its start and its
// end; the intervals of all round trips are intersected, so that one quick
// round trip bounds them all. A clock that is set, or another boot, is a setting
// of its own: a stamp is mapped by the one that it was made under.
type nodeClock struct {
	clock record.Clock

	mu       sync.Mutex
	settings []setting // the newest last
}

// setting is how a node's wall clock stands for as long as nobody sets it.
type setting struct {
	ahead     time.Duration // of the node's uptime, which is never set
	low, high time.Duration // of controller minus node
}

// sameSetting is how far apart two readings of how much the wall clock is ahead
// of the uptime may be under one setting: they are read one after the other. A
// smaller step is not told from that.
const sameSetting = time.Second

// wall is the run's time as an absolute one that no step of the controller's
// clock moves.
func (c *nodeClock) wall(at time.Duration) time.Duration {
	return time.Duration(c.clock.Start().UnixNano()) + at
}

// learn takes a `now` line read in a round trip from asked to told. Intervals
// of one setting that do not meet mean that a clock was moved a little: the
// newest is kept.
func (c *nodeClock) learn(a answer, asked, told time.Duration) {
	now := a.now()
	if now.Node == 0 {
		return
	}
	read := setting{now.Node - now.Up, c.wall(asked) - now.Node, c.wall(told) - now.Node}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.under(now); n >= 0 {
		if old := c.settings[n]; read.low <= old.high && read.high >= old.low {
			read = setting{old.ahead, max(old.low, read.low), min(old.high, read.high)}
		}
		c.settings = slices.Delete(c.settings, n, n+1)
	}
	c.settings = append(c.settings, read)
}

// under is the index of the setting that a reading was taken under: the newest
// where it does not tell the uptime, -1 where none is known.
func (c *nodeClock) under(s Stamp) int {
	if s.Up == 0 {
		return len(c.settings) - 1
	}
	nearest, least := -1, sameSetting
	for n, known := range c.settings {
		if off := (s.Node - s.Up - known.ahead).Abs(); off <= least {
			nearest, least = n, off
		}
	}
	return nearest
}

// event is the offset as it was measured last; run = node + Offset.
func (c *nodeClock) event(node string) (record.ClockEvent, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.settings) == 0 {
		return record.ClockEvent{}, false
	}
	newest := c.settings[len(c.settings)-1]
	return record.ClockEvent{Node: node, Offset: newest.middle(), Bound: newest.bound(), Ahead: newest.ahead}, true
}

func (s setting) middle() time.Duration { return (s.low + s.high) / 2 }

func (s setting) bound() time.Duration { return (s.high - s.low) / 2 }

// at maps a node's stamp to the run's clock, give or take bound; nil where
// nobody has seen the clock as it stood then.
func (c *nodeClock) at(stamp Stamp) (at *time.Duration, bound time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.under(stamp)
	if n < 0 {
		return nil, 0
	}
	offset := stamp.Node + c.settings[n].middle() - time.Duration(c.clock.Start().UnixNano())
	return &offset, c.settings[n].bound()
}

// asMeasured is when the stamp was made by the node's clock as it stood when it
// was measured: where somebody has set it since, the uptime tells. A stamp of a
// later boot than the first of its log is taken as it stands: that boot's clock
// is its hardware's, and its uptime says nothing of ours.
func (s Stamp) asMeasured(clock record.ClockEvent, first Stamp) time.Duration {
	set := s.Node - s.Up - clock.Ahead
	if clock.Ahead == 0 || set.Abs() <= sameSetting || s.By == "boot" || s.Up < first.Up {
		return s.Node
	}
	return clock.Ahead + s.Up
}

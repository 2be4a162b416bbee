package faults

import (
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// nodeClock is what is known of a node's wall clock against the run's. Each
// round trip says that the node's reading was taken between its start and its
// end; the intervals of all round trips are intersected, so that one quick
// round trip bounds them all.
type nodeClock struct {
	clock record.Clock

	mu        sync.Mutex
	known     bool
	low, high time.Duration // of controller minus node
}

// wall is the run's time as an absolute one that no step of the controller's
// clock moves.
func (c *nodeClock) wall(at time.Duration) time.Duration {
	return time.Duration(c.clock.Start().UnixNano()) + at
}

// learn takes a `now` line read in a round trip from asked to told. Intervals
// that do not meet mean that a clock was moved: the newest is kept.
func (c *nodeClock) learn(a answer, asked, told time.Duration) {
	node := a.now()
	if node == 0 {
		return
	}
	low, high := c.wall(asked)-node, c.wall(told)-node
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known || low > c.high || high < c.low {
		c.known, c.low, c.high = true, low, high
		return
	}
	c.low, c.high = max(c.low, low), min(c.high, high)
}

// event is the measured offset; run = node + Offset.
func (c *nodeClock) event(node string) (record.ClockEvent, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return record.ClockEvent{Node: node, Offset: (c.low + c.high) / 2, Bound: (c.high - c.low) / 2}, c.known
}

// at maps a node's stamp to the run's clock, give or take bound.
func (c *nodeClock) at(node time.Duration) (at *time.Duration, bound time.Duration) {
	e, known := c.event("")
	if !known {
		return nil, 0
	}
	offset := node + e.Offset - time.Duration(c.clock.Start().UnixNano())
	return &offset, e.Bound
}

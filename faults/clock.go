package faults

import (
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// nodeClock is what is known of a node's wall clock against the run's. Each
// round trip says that the node's reading was taken between its start and its
// end; a stamp is corrected by those before and after it, so that one quick
// round trip bounds all that is near it, and what is farther away by as much
// less as the clocks may have drifted since. A clock that is set, or another
// boot, is a setting of its own: a stamp is mapped by the one that it was made
// under, which its uptime tells, or where the clock was set by less than that
// can tell, by both.
type nodeClock struct {
	clock record.Clock

	mu       sync.Mutex
	settings []setting     // the newest last
	told     time.Duration // by the run's clock: when it was last told of
	known    int           // how many settings it had then
	last     time.Duration // the node's reading that was told then; 0: none was
}

// setting is how a node's wall clock stands for as long as nobody sets it.
type setting struct {
	ahead    time.Duration      // of the node's uptime, which is never set; as it was read last
	from, to time.Duration      // between which uptimes it was seen
	sights   record.ClockSights // run - node is the controller's time less the node's
}

// sameSetting is how far apart two readings of how much the wall clock is ahead
// of the uptime may be under one setting: they are read one after the other. A
// smaller step is known by sights that do not meet.
const sameSetting = time.Second

// wall is the run's time as an absolute one that no step of the controller's
// clock moves.
func (c *nodeClock) wall(at time.Duration) time.Duration {
	return time.Duration(c.clock.Start().UnixNano()) + at
}

// learn takes a `now` line read in a round trip from asked to told. What is of
// no setting that is known begins one.
func (c *nodeClock) learn(a answer, asked, told time.Duration) {
	now := a.now()
	if now.Node == 0 {
		return
	}
	sight := record.ClockSight{Node: now.Node, Low: c.wall(asked) - now.Node, High: c.wall(told) - now.Node}
	read := setting{now.Node - now.Up, now.Up, now.Up, record.ClockSights{sight}}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.newest(now); n >= 0 {
		if sights, meet := c.settings[n].sights.Add(sight); meet {
			old := c.settings[n]
			read.from, read.to, read.sights = min(old.from, now.Up), max(old.to, now.Up), sights
			c.settings = slices.Delete(c.settings, n, n+1)
		}
	}
	c.settings = append(c.settings, read)
}

// newest is the index of the newest setting where a reading may be of it; else -1: who sets
// a clock back to what it was leaves it a little off.
func (c *nodeClock) newest(s Stamp) int {
	n := len(c.settings) - 1
	if n < 0 || s.Up != 0 && (s.Node-s.Up-c.settings[n].ahead).Abs() > sameSetting {
		return -1
	}
	return n
}

// under are the settings that a reading may have been taken under: those that its uptime
// does not exclude, and of several the one that was seen then, or those seen before and
// after it.
func (c *nodeClock) under(s Stamp) []setting {
	if s.Up == 0 {
		return c.settings[max(len(c.settings)-1, 0):]
	}
	before, after := -1, -1
	for n, known := range c.settings {
		switch {
		case (s.Node - s.Up - known.ahead).Abs() > sameSetting:
		case s.Up >= known.from && s.Up <= known.to:
			return []setting{known}
		case s.Up > known.to:
			before = n
		case after < 0:
			after = n
		}
	}
	switch { // another may have come between them
	case before >= 0 && after > before+1 && s.Up < c.settings[before+1].from:
		after = -1
	case before >= 0 && after > before+1 && s.Up > c.settings[after-1].to:
		before = -1
	}
	var found []setting
	for _, n := range []int{before, after} {
		if n >= 0 {
			found = append(found, c.settings[n])
		}
	}
	return found
}

// measured is the event of the newest sight of a setting; run = node + Offset.
func (c *nodeClock) measured(node string, of setting) record.ClockEvent {
	at := of.newest()
	offset, bound := middle(of.sights.At(at))
	return record.ClockEvent{Node: node, Offset: offset, Bound: bound, Ahead: of.ahead, Taken: at + offset - c.wall(0)}
}

// tellEvery is how often a clock is told of while it goes as it should: often enough for its
// drift to be known.
const tellEvery = 30 * time.Second

// news are the events of sights that are not told of yet and should be: of the newest after a
// while, or at once where that is asked for, and of those before and after the clock was set. A
// measurement is told once: whoever counts them counts each.
func (c *nodeClock) news(node string, atOnce bool) []record.ClockEvent {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, was, is := c.clock.Now(), c.known, len(c.settings)
	if is == 0 || is == was && !atOnce && now-c.told < tellEvery {
		return nil
	}
	from := is - 1
	if is != was && is > 1 {
		from = is - 2
	}
	c.told, c.known = now, is
	var events []record.ClockEvent
	for _, s := range c.settings[from:] {
		if s.newest() != c.last {
			c.last = s.newest()
			events = append(events, c.measured(node, s))
		}
	}
	return events
}

// newest is the node's reading of the newest sight.
func (s setting) newest() time.Duration { return s.sights[len(s.sights)-1].Node }

// middle is the middle of an interval, and how far its ends are from it.
func middle(low, high time.Duration) (at, bound time.Duration) {
	return low + (high-low)/2, (high - low + 1) / 2
}

// at maps a node's stamp to the run's clock, give or take bound; nil where
// nobody has seen the clock as it stood then.
func (c *nodeClock) at(stamp Stamp) (at *time.Duration, bound time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	settings := c.under(stamp)
	if len(settings) == 0 {
		return nil, 0
	}
	alone := len(settings) == 1 // else it is between what it was before and after it was set
	low, high := settings[0].at(stamp, alone)
	for _, s := range settings[1:] {
		l, h := s.at(stamp, alone)
		low, high = min(low, l), max(high, h)
	}
	offset, bound := middle(low, high)
	offset += stamp.Node - c.wall(0)
	return &offset, bound
}

// uptimeStep is by how much two readings of how far the wall clock is ahead of the uptime
// may differ though nobody sets it: the kernel tells an uptime in hundredths of a second.
const uptimeStep = 20 * time.Millisecond

// at is the controller's time less the node's for a stamp. Where the clock was not seen then,
// as between a boot and the first answer after it, it may have been set since, by what its
// uptime tells.
func (s setting) at(stamp Stamp, alone bool) (low, high time.Duration) {
	low, high = s.sights.Beside(stamp.Node)
	if alone {
		low, high = s.sights.At(stamp.Node)
	}
	if stamp.Up == 0 || stamp.Up >= s.from && stamp.Up <= s.to {
		return low, high
	}
	set := s.ahead - (stamp.Node - stamp.Up)
	switch {
	case set > uptimeStep:
		high += set + uptimeStep
	case set < -uptimeStep:
		low += set - uptimeStep
	}
	return low, high
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

package loadgen

import "time"

// cursor walks a schedule by the run's clock, between a load's start and end.
// Its zero value has no arrivals.
type cursor struct {
	schedule   *Schedule
	start, end time.Duration // by the run's clock
	next       time.Duration // when the next arrival is due; never when none is
	n          int64         // its number
	over       bool
	part       Part // of the arrivals, those that are walked
}

func newCursor(schedule *Schedule, start, end time.Duration, part Part) cursor {
	c := cursor{schedule: schedule, start: start, end: end, part: part}
	c.skip()
	c.look()
	return c
}

// skip passes over the arrivals of others.
func (c *cursor) skip() {
	for !c.part.Has(c.n) {
		c.schedule.at() // which the one after it is not before
		c.schedule.advance()
		c.n++
	}
}

// look finds when the next arrival is due.
func (c *cursor) look() {
	c.next = never
	if at := c.schedule.at(); at < never-c.start {
		c.next = c.start + at
	}
	c.over = c.next >= c.end && c.next < never
}

// advance goes on to the next arrival.
func (c *cursor) advance() {
	c.schedule.advance()
	c.n++
	c.skip()
	c.look()
}

// endAt ends it at an earlier moment.
func (c *cursor) endAt(at time.Duration) {
	c.end = min(c.end, at)
	c.over = c.next >= c.end && c.next < never
}

// change follows another curve from now on.
func (c *cursor) change(now time.Duration, to curve) {
	c.schedule.change(now-c.start, to)
	c.look()
}

// rate is that of the schedule now.
func (c *cursor) rate(now time.Duration) Rate { return c.schedule.rate(now - c.start) }

// before takes the next arrival if it is due by now.
func (c *cursor) before(now time.Duration) (time.Duration, bool) {
	if c.schedule == nil || c.over || c.next > now {
		return 0, false
	}
	at := c.next
	c.advance()
	return at, true
}

package loadgen

import "time"

// cursor walks a schedule by the run's clock, between a load's start and end.
// Its zero value has no arrivals.
type cursor struct {
	schedule   Schedule
	start, end time.Duration // by the run's clock
	next       time.Duration // when the next arrival is due
	n          int64         // its number
	over       bool
}

func newCursor(schedule Schedule, start, end time.Duration) cursor {
	c := cursor{schedule: schedule, start: start, end: end, n: -1}
	c.advance()
	return c
}

// advance goes on to the next arrival.
func (c *cursor) advance() {
	at, ok := c.schedule.Next()
	c.next = c.start + at
	c.n++
	c.over = !ok || c.next >= c.end
}

// before takes the next arrival if it is due by now.
func (c *cursor) before(now time.Duration) (time.Duration, bool) {
	if c.schedule == nil || c.over || c.next > now {
		return 0, false
	}
	at := c.next
	c.advance()
	return at, true
}

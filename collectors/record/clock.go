package record

import "time"

// Clock is a run's one clock: an absolute start and monotonic offsets from it.
// Every stamp in a record is such an offset.
type Clock struct{ start time.Time }

// NewClock starts a clock now.
func NewClock() Clock { return Clock{start: time.Now()} }

// ClockFrom makes a clock whose zero is start; the offset is monotonic only when start
// carries a monotonic reading, as it does not of a run that is long over.
func ClockFrom(start time.Time) Clock { return Clock{start: start} }

// Start is the run's absolute start.
func (c Clock) Start() time.Time { return c.start }

// Now is the offset of this moment.
func (c Clock) Now() time.Duration { return time.Since(c.start) }

// Offset turns an absolute time into an offset.
func (c Clock) Offset(t time.Time) time.Duration { return t.Sub(c.start) }

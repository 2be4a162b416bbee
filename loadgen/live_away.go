package loadgen

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// LiveOf are the figures of a load that other machines send: of what they have told. What is
// due is counted here, as of any load; what has started shows when it has ended, or when they
// say how many are in flight.
func LiveOf(spec Spec, clock record.Clock) *Live {
	l := newLive(clock)
	l.closed = spec.Arrivals == nil
	return l
}

// Begin counts the arrivals of an open load from its start on.
func (l *Live) Begin(a Arrivals, seed int64, start time.Duration) {
	l.follow(newCursor(NewSchedule(a, seed), start, never, Part{}))
}

// EndAt counts nothing that is due from a moment on.
func (l *Live) EndAt(at time.Duration) { l.endAt(at) }

// Outcome counts what became of an arrival, of which nothing was told before.
func (l *Live) Outcome(s record.Sample) {
	if s.Operation != "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.Class != record.Dropped {
		l.started(&s, l.closed)
	}
	l.ended(&s)
}

// Flying is how many are in flight on the other machines together.
func (l *Live) Flying(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying = n
}

package kpi

import "time"

// Detected is when the load first noticed a fault: the first arrival that was
// known to have failed, or to be later than Bound.Late, at or after the moment
// of the effect and before until. For a late answer it is the moment at which
// it became late. False when nothing went wrong.
func (s *Series) Detected(effect, until time.Duration, b Bound) (time.Duration, bool) {
	first := time.Duration(-1)
	note := func(at time.Duration) {
		if at >= effect && at <= until && (first < 0 || at < first) {
			first = at
		}
	}
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstBad >= 0 {
			note(t.firstBad)
		}
		if b.Late > 0 && t.slowest > b.Late {
			note(t.slowestDue + b.Late)
		}
	}
	return first, first >= 0
}

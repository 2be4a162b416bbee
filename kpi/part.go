package kpi

import (
	"math"
	"time"
)

// Where only a part of the arrivals fails, chance decides when the first and the last of
// them came, and leaves stretches in which all of them or none did.

// fewSeconds are enough to tell which share of arrivals fails.
const fewSeconds = 10

// beside is how many seconds beside a silence tell what share of arrivals fails.
const beside = 3

// failing is the share of the arrivals due in some seconds that went wrong, and how many
// were due a second.
func (s *Series) failing(from, to int) (share, rate float64) {
	due, bad := 0.0, 0.0
	from, to = max(from, 0), min(to, len(s.Seconds))
	for i := from; i < to; i++ {
		due, bad = due+float64(s.Seconds[i].Due), bad+float64(s.Seconds[i].Bad)
	}
	if due == 0 {
		return 0, 0
	}
	return bad / due, due / float64(to-from)
}

// unmet is for how long, in one case of twenty, none of those that fail came, where only
// a part does: as long as that may have begun before the first one, or gone on after the
// last. It is told by some seconds. Zero where none was served between the first and the
// last that failed, or no more failed than without a fault.
func (s *Series) unmet(from, to int, b Bound) time.Duration {
	from, to = max(from, 0), min(to, len(s.Seconds))
	if t := s.tally(Span{wholeSeconds(from), wholeSeconds(to)}); !b.tooMany(t.Bad, t.Due) {
		return 0
	}
	for from < to && s.Seconds[from].Bad == 0 {
		from++
	}
	for from < to && s.Seconds[to-1].Bad == 0 {
		to--
	}
	if from == to || !s.served(s.firstFailed(from)+b.Longest, s.Seconds[to-1].lastBad) {
		return 0
	}
	share, rate := s.failing(from, to)
	return fromSeconds(3 / (share * rate))
}

// firstFailed is when the first failure from a second on was known.
func (s *Series) firstFailed(from int) time.Duration {
	for i := from * ticksASecond; i < len(s.ticks); i++ {
		if at := s.ticks[i].firstBad; at >= 0 {
			return at
		}
	}
	return s.lastEnd
}

// served tells whether a success ended between two moments, but for those of the tick of
// either.
func (s *Series) served(from, to time.Duration) bool {
	for i := int(from/tickLength) + 1; i < int(to/tickLength); i++ {
		if s.ticks[i].firstOK >= 0 {
			return true
		}
	}
	return false
}

// partly tells whether so many failures in a row as in a silence may be chance in a cloud
// that fails the share of arrivals that failed beside it: one time in a hundred, of as
// many arrivals as there are in half a minute. The silence is one of a window. What waited in it, and did not fail, is not.
func (s *Series) partly(o Outage, w Span) bool {
	first, last := int(o.From/time.Second), int((o.To+time.Second-1)/time.Second)
	share := 0.0
	sides := []int{last}
	if o.From > w.From { // or it is no success that it begins with
		sides = append(sides, first-beside)
	}
	for _, from := range sides {
		due, bad := 2.0, 1.0 // of few it is not known
		for i := max(from, 0); i < min(from+beside, len(s.Seconds)); i++ {
			due, bad = due+float64(s.Seconds[i].Due), bad+float64(s.Seconds[i].Bad)
		}
		share = max(share, bad/due)
	}
	_, rate := s.failing(first-15, last+15)
	return o.failures > 0 && math.Pow(share, float64(o.failures))*30*rate > 0.01
}

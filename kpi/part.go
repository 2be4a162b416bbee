package kpi

import (
	"math"
	"time"
)

// Where only a part of the arrivals fails, chance decides when the first and the last of
// them came, and leaves stretches in which all of them or none did.

// fewSeconds are enough to tell which share of arrivals fails.
const fewSeconds = 10

// enough are as many arrivals beside a silence as tell what share of them fails, in so many
// seconds at least: of as few as that no more is known than that it is less than one in ten.
const (
	enough        = 15
	enoughSeconds = 3
)

// unmetMost is the most that is allowed for it: with few failures it could be any time.
const unmetMost = 5 * time.Second

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
	return min(fromSeconds(3/(share*rate)), unmetMost)
}

// firstFailed is when the first of those failures was due that were known from a second
// on.
func (s *Series) firstFailed(from int) time.Duration {
	for i := from * ticksASecond; i < len(s.ticks); i++ {
		if t := &s.ticks[i]; t.firstBad >= 0 {
			return t.firstBadDue
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
// many arrivals as there are in half a minute. It is none where more waited than failed, and
// one that waited is no likelier than one that failed.
// The silence is one of a window.
func (s *Series) partly(o Outage, w Span, b Bound) bool {
	if o.failures == 0 || o.waited >= o.failures {
		return false
	}
	first, last := int(o.From/time.Second), int((o.To+time.Second-1)/time.Second)
	side := func(i, step int) (due, bad float64) {
		for n := 0; (due < enough || n < enoughSeconds) && i >= s.firstSecond(w) && i < s.endSecond(w); i += step {
			sec := &s.Seconds[i]
			due, bad, n = due+float64(sec.Due-sec.Dropped), bad+float64(sec.Bad-sec.Dropped), n+1 // what found no place was not sent
		}
		return due, bad
	}
	due, bad := side(first-1-int(b.Longest/time.Second), -1) // what was due later had not to be answered before it
	later, failed := side(last, 1)
	if bad+failed == 0 {
		due, later = due+later, 0 // all of them tell of one share
	}
	share, known := 0.0, false
	for _, of := range [][2]float64{{due, bad}, {later, failed}} {
		if of[0] > 0 {
			share, known = max(share, (of[1]+1)/(of[0]+2)), true // of few it is not known
		}
	}
	_, rate := s.failing(first-15, last+15)
	return known && math.Pow(share, float64(o.failures+o.waited))*30*rate > 0.01
}

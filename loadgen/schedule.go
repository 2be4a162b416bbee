package loadgen

import (
	"math"
	"math/rand/v2"
	"time"
)

// Schedule says when arrivals are due. It is deterministic: two made from the
// same arrivals and seed, and changed at the same moments, give the same times.
// It is used by one goroutine at a time.
type Schedule struct {
	random *rand.Rand    // nil: even
	unit   float64       // where in the integral the next arrival lies
	legs   []leg         // the curves that it follows, one after the other
	now    int           // the leg of the next arrival
	begun  float64       // integral of the legs before it
	due    time.Duration // when the next arrival is due, as last found
	last   time.Duration // when the one before was
}

// leg is a curve from a moment on, until the next leg's.
type leg struct {
	from  time.Duration
	curve curve
}

// NewSchedule makes the schedule of a spec's arrivals; seed is that of the
// load's stream.
func NewSchedule(a Arrivals, seed int64) *Schedule {
	s := &Schedule{legs: []leg{{curve: a.curve()}}}
	if a.Process == Poisson {
		s.random = stream(seed, "arrivals")
		s.draw()
	}
	return s
}

// Next is the time of the next arrival from the load's start, never less than
// the one before; false when there is none any more.
func (s *Schedule) Next() (time.Duration, bool) {
	at := s.at()
	if at == never {
		return 0, false
	}
	s.advance()
	return at, true
}

// at is when the next arrival is due; never when none is, unless the rate
// changes. What is due later than a change is due by the curve after it.
func (s *Schedule) at() time.Duration {
	for {
		l := s.legs[s.now]
		at := later(l.from, l.curve.reach(s.unit-s.begun))
		if s.now+1 == len(s.legs) || at <= s.legs[s.now+1].from {
			s.due = max(at, s.last)
			return s.due
		}
		s.cross()
	}
}

// cross goes on to the next leg. What the one before has come to of an arrival
// is carried over.
func (s *Schedule) cross() {
	before, next := s.legs[s.now], s.legs[s.now+1]
	s.begun = min(s.begun+before.curve.due((next.from-before.from).Seconds()), s.unit)
	s.now++
}

// advance goes on to the next arrival.
func (s *Schedule) advance() {
	s.last = s.due
	if s.random == nil {
		s.unit++
		return
	}
	s.draw()
}

// draw adds an exponential gap of mean 1, by inverting its distribution.
func (s *Schedule) draw() { s.unit += -math.Log1p(-s.random.Float64()) }

// change follows another curve from a moment on that is not before the last
// change.
func (s *Schedule) change(at time.Duration, to curve) {
	s.legs = append(s.legs, leg{at, to})
}

// rate is the present rate at a moment after the last change.
func (s *Schedule) rate(at time.Duration) Rate {
	l := s.legs[len(s.legs)-1]
	return Rate(max(l.curve.rate((at - l.from).Seconds()), 0))
}

// later is so many seconds after a moment.
func later(from time.Duration, seconds float64) time.Duration {
	ns := math.Round(seconds * float64(time.Second))
	if !(ns < float64(never-from)) {
		return never
	}
	return from + time.Duration(ns)
}

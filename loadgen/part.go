package loadgen

import "time"

// Part is what one of several machines sends of a load: of Of parts the Nth, from 0, which
// are the arrivals whose number leaves Nth when it is divided by Of. All machines compute the
// same schedule from the same seed, so that they need not talk while they send, and together
// send each arrival once. Its zero value is the whole load.
type Part struct {
	Of  int `json:"of"`
	Nth int `json:"nth"`
}

// Whole tells that it is the load.
func (p Part) Whole() bool { return p.Of <= 1 }

// Has tells whether an arrival is in the part.
func (p Part) Has(n int64) bool { return p.Whole() || n%int64(p.Of) == int64(p.Nth) }

// number is that of the nth arrival of the part within the load.
func (p Part) number(n int64) int64 {
	if p.Whole() {
		return n
	}
	return n*int64(p.Of) + int64(p.Nth)
}

// Share is how many of n things that are dealt out in turn fall to the part.
func (p Part) Share(n int64) int64 {
	if p.Whole() {
		return n
	}
	return max((n-int64(p.Nth)+int64(p.Of)-1)/int64(p.Of), 0)
}

// Parts is into how many parts a load is split for so many machines: at the most one for
// each place of its pool or worker, and for each iteration where their number is given.
func (s Spec) Parts(machines int) int {
	most := min(machines, s.workers())
	if s.Iterations > 0 {
		most = int(min(int64(most), s.Iterations))
	}
	return most
}

// part is what is left of the spec for a part. The sums over all parts are those of the load.
func (s Spec) part(p Part) Spec {
	if s.Arrivals != nil {
		s.Pool = int(p.Share(int64(s.Pool)))
		return s
	}
	s.Concurrency = int(p.Share(int64(s.Concurrency)))
	s.Iterations = p.Share(s.Iterations)
	return s
}

// Planned counts the arrivals of a part of an open load that begins at start and that are due
// before until, both by the run's clock. The parts of one load add up to the load.
func Planned(a Arrivals, seed int64, part Part, start, until time.Duration) (n int64) {
	c := newCursor(NewSchedule(a, seed), start, until, part)
	for _, ok := c.before(never - 1); ok; _, ok = c.before(never - 1) {
		n++
	}
	return n
}

package kpi

import (
	"math"
	"time"
)

// Recovery is how one load came back after a moment.
type Recovery struct {
	// At is when the first sustained healthy window began; for one that was not
	// seen it is the earliest moment at which it could have begun.
	At       time.Duration
	Degraded time.Duration // seconds from the moment to At that were not healthy
	Never    bool          // the run ended before the window was full
	Needed   bool          // the load was degraded at all
}

// health holds running sums over the seconds of a load, so that any window can
// be judged in constant time.
type health struct {
	due, bad, ok, slow []int64 // sums of the seconds before index i
	bound              Bound
	first, end         int // seconds that can be judged
}

// healthOf prepares the seconds of a window.
func (s *Series) healthOf(w Span, b Bound) *health {
	n := len(s.Seconds)
	h := &health{bound: b, due: make([]int64, n+1), bad: make([]int64, n+1), ok: make([]int64, n+1), slow: make([]int64, n+1)}
	under := s.waiting()
	for i := range s.Seconds {
		sec := &s.Seconds[i]
		h.due[i+1] = h.due[i] + int64(sec.Due)
		h.bad[i+1] = h.bad[i] + int64(sec.Bad)
		if s.stalled(i, under) { // nothing can be due while every worker waits
			h.due[i+1]++
			h.bad[i+1]++
		}
		h.ok[i+1] = h.ok[i] + int64(sec.Served)
		h.slow[i+1] = h.slow[i] + sec.latency.over(b.Latency)
	}
	h.first = s.firstSecond(w)
	h.end = min(s.endSecond(Span{w.From, min(w.To, s.lastDue+1)}), n)
	return h
}

// healthy judges the seconds from i up to j: no larger share of arrivals than
// allowed went wrong, and the percentile of the others is within the bound. A
// stretch in which nothing was due says nothing and is healthy.
func (h *health) healthy(i, j int) bool {
	due, bad := h.due[j]-h.due[i], h.bad[j]-h.bad[i]
	ok, slow := h.ok[j]-h.ok[i], h.slow[j]-h.slow[i]
	return float64(bad) <= h.bound.BadShare*float64(due) && float64(slow) <= (1-h.bound.Quantile)*float64(ok)
}

// good judges a single second, which has too few answers for a percentile:
// nothing went wrong beyond the allowed share, and it is not so that most
// answers were out of bound.
func (h *health) good(i int) bool {
	due, bad := h.due[i+1]-h.due[i], h.bad[i+1]-h.bad[i]
	ok, slow := h.ok[i+1]-h.ok[i], h.slow[i+1]-h.slow[i]
	return float64(bad) <= h.bound.BadShare*float64(due) && !mostly(slow, ok)
}

// mostly tells whether k of n is more than a half beyond chance: a sign test at
// the level of 1 %, by the normal approximation with its continuity
// correction. Fewer than eight are never enough; of ten it takes all, of a
// hundred 63.
func mostly(k, n int64) bool {
	const z = 2.326
	return float64(k) >= float64(n)/2+0.5+z*math.Sqrt(float64(n))/2
}

// sustained tells whether the window of n seconds from i is healthy, and
// begins so.
func (h *health) sustained(i, n int) bool { return h.good(i) && h.healthy(i, i+n) }

// recover finds the start of the first sustained healthy window after the load
// was degraded. Degradation is looked for from the moment of the effect up to
// until: a load that suffers only after a while, or not at all, is not called
// recovered before it suffered.
//
// The definition follows the complaint against time to recover as a sum of
// degraded samples (it could be shorter than the downtime, and a run that never
// recovered had no value): here it is one moment, and its absence is a bound.
func (h *health) recover(effect, until time.Duration, sustain time.Duration) Recovery {
	n := int((sustain + time.Second - 1) / time.Second)
	from := max(int(effect/time.Second), h.first)
	last := min(int(until/time.Second), h.end-1)
	i := from
	for i <= last && i+n <= h.end && h.sustained(i, n) {
		i++
	}
	if i > last {
		return Recovery{At: effect}
	}
	if i+n > h.end { // what is left is shorter than a window
		if i >= h.end || h.restGood(i) {
			return Recovery{At: effect}
		}
	}
	r := Recovery{Needed: true}
	for ; i+n <= h.end; i++ {
		if h.sustained(i, n) {
			r.At = max(time.Duration(i)*time.Second, effect)
			r.Degraded = h.degraded(from, i)
			return r
		}
	}
	r.Never = true
	i = h.end
	for i > from && h.good(i-1) && h.healthy(i-1, h.end) {
		i--
	}
	r.At = max(time.Duration(i)*time.Second, effect)
	r.Degraded = h.degraded(from, i)
	return r
}

// restGood tells whether every second from i on is good.
func (h *health) restGood(i int) bool {
	for ; i < h.end; i++ {
		if !h.good(i) {
			return false
		}
	}
	return true
}

// degraded counts the seconds of a stretch that are not good by themselves.
func (h *health) degraded(from, to int) time.Duration {
	n := 0
	for i := from; i < to; i++ {
		if !h.good(i) {
			n++
		}
	}
	return time.Duration(n) * time.Second
}

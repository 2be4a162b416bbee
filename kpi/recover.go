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
	Cut      bool          // another fault was asked for before it was seen
	Unsure   time.Duration // for how long it may have been degraded at most, where it was not for sure
	// From and To are between which moments the load may have come back.
	From, To time.Duration
	// DegradedLeast and DegradedMost are how long it was degraded at least and at most.
	DegradedLeast, DegradedMost time.Duration
}

// health holds running sums over the seconds of a load, so that any window can
// be judged in constant time.
type health struct {
	series             *Series
	due, bad, ok, slow []int64 // sums of the seconds before index i
	down               []bool  // by second: fewer than half were answered in time
	slowly             []bool  // by second: most answers of those judged with it were out of bound
	ill                []int   // sums of the seconds that are one of these
	block              []int   // by second: how many were judged with it
	bound              Bound
	first, end         int // seconds that can be judged
}

// healthOf prepares the seconds of a window.
func (l *LoadFigures) healthOf(w Span, sustain time.Duration) *health {
	s, b, n := l.Series, l.Bound, len(l.Seconds)
	h := &health{
		series: s, bound: b, down: l.Down, slowly: make([]bool, n), block: make([]int, n),
		due: make([]int64, n+1), bad: make([]int64, n+1), ok: make([]int64, n+1), slow: make([]int64, n+1),
	}
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
	h.end = min(s.endSecond(Span{w.From, min(w.To, max(s.lastDue+1, s.hungTo))}), n)
	h.judgeSlow(max(int(sustain/(2*time.Second)), 1))
	h.ill = make([]int, n+1)
	for i := range n {
		if h.ill[i+1] = h.ill[i]; h.slowly[i] || h.down[i] {
			h.ill[i+1]++
		}
	}
	return h
}

// leastAnswers is how many answers it takes to say of a second that most were slow.
const leastAnswers = 12

// judgeSlow judges by the speed of the answers: those of seconds with few of them
// together with those before, but no more seconds than most.
func (h *health) judgeSlow(most int) {
	for from := h.first; from < h.end; {
		to := from + 1
		for to < h.end && to-from < most && h.ok[to]-h.ok[from] < leastAnswers {
			to++
		}
		slowly := mostly(h.slow[to]-h.slow[from], h.ok[to]-h.ok[from])
		for length := to - from; from < to; from++ {
			h.slowly[from], h.block[from] = slowly, length
		}
	}
}

// healthy judges the seconds from i up to j: no more arrivals than
// allowed went wrong, and the percentile of the others is within the bound. A
// stretch in which nothing was due says nothing and is healthy.
func (h *health) healthy(i, j int) bool {
	due, bad := h.due[j]-h.due[i], h.bad[j]-h.bad[i]
	ok, slow := h.ok[j]-h.ok[i], h.slow[j]-h.slow[i]
	return !h.bound.tooMany(bad, due) && float64(slow) <= (1-h.bound.Quantile)*float64(ok)
}

// good judges a single second, which has too few answers for a percentile:
// nothing went wrong beyond what is allowed, it is no downtime, and it is not so
// that most answers were out of bound.
func (h *health) good(i int) bool {
	due, bad := h.due[i+1]-h.due[i], h.bad[i+1]-h.bad[i]
	return !h.bound.tooMany(bad, due) && !h.down[i] && !h.slowly[i]
}

// mostly tells whether k of n is more than a half beyond chance: a sign test at
// the level of 1 %, by the normal approximation with its continuity
// correction. Fewer than eight are never enough; of ten it takes all, of a
// hundred 63.
func mostly(k, n int64) bool {
	const z = 2.326
	return float64(k) >= float64(n)/2+0.5+z*math.Sqrt(float64(n))/2
}

// sustained tells whether the window of n seconds from i is healthy, begins so, and has
// no stretch in which it was down or slow.
func (h *health) sustained(i, n int) bool {
	return h.good(i) && h.healthy(i, i+n) && h.ill[i+n] == h.ill[i]
}

// recover finds the start of the first sustained healthy window after the load
// was degraded, which is not before the effect. Degradation is looked for since a moment,
// when the fault was asked for, up to until: what takes effect slowly hurts before the effect
// was seen, and a load that suffers only after a while, or not at all, is not called
// recovered before it suffered.
//
// Both have to be seen before the second end, where the next fault is asked for: what
// went wrong after that may be that one's doing. A window that is healthy in spite of it
// counts whole.
//
// The definition follows the complaint against time to recover as a sum of
// degraded samples (it could be shorter than the downtime, and a run that never
// recovered had no value): here it is one moment, and its absence is a bound.
func (h *health) recover(since, effect, until time.Duration, sustain time.Duration, end int) Recovery {
	n := int((sustain + time.Second - 1) / time.Second)
	from := max(int(since/time.Second), h.first)
	last := min(int(until/time.Second), end-1)
	i := from
	for i <= last && i+n <= h.end && h.sustained(i, n) {
		i++
	}
	if i > last {
		return Recovery{At: effect}
	}
	if i+n > end { // what is left is shorter than a window
		if i >= end || h.allGood(i, end) {
			return Recovery{At: effect}
		}
	}
	r := Recovery{Needed: true}
	for ; i < end && i+n <= h.end; i++ {
		if h.sustained(i, n) {
			return h.back(r, since, effect, from, i)
		}
	}
	r.Never = true
	i = end
	for i > from && h.good(i-1) && h.healthy(i-1, end) {
		i--
	}
	return h.back(r, since, effect, from, i)
}

// back fills in a recovery that began with second i. What hurt before may have ended up
// to a second earlier, or when an arrival last met it; or later: as long before the first
// answer since then as one takes at least, or while some of those judged together were
// slow still.
func (h *health) back(r Recovery, since, effect time.Duration, from, i int) Recovery {
	r.At = max(wholeSeconds(i), effect)
	r.From = wholeSeconds(i - 1)
	if h.series.Plan.Model == "closed" || i > from && h.block[i-1] > 1 {
		r.From = min(r.From, h.series.lastTroubled(from, i, h.bound))
	}
	r.From = max(r.From, effect)
	if h.bound.Background == 0 {
		r.From = max(r.From, h.series.lastFailed(from, i))
	}
	j := i
	for j < h.end && j <= i+h.block[i] && (h.slow[j+1] > h.slow[j] || h.bad[j+1] > h.bad[j]) {
		j++
	}
	r.To = max(r.At, wholeSeconds(j), h.series.firstAnswer(j)-h.bound.Fastest)
	if unmet := h.series.unmet(i-fewSeconds, i, h.bound); unmet > 0 {
		r.To = max(r.To, h.series.lastFailed(from, i)+unmet)
	}
	n, least, most := spells(from, i, func(i int) bool { return !h.good(i) }, h.degraded(since))
	r.Degraded, r.DegradedLeast, r.DegradedMost = wholeSeconds(n), least, max(wholeSeconds(n), min(most, r.To-since))
	if n == 0 { // none by itself, and all of them together
		r.DegradedMost = r.To - since
	}
	return r
}

// lastFailed is the latest start of those due in some seconds that failed.
func (s *Series) lastFailed(from, to int) time.Duration {
	last := time.Duration(0)
	for i := from; i < to; i++ {
		last = max(last, s.Seconds[i].lastBad)
	}
	return last
}

// firstAnswer is when the first of those due from second i on was answered; the second
// itself where none was.
func (s *Series) firstAnswer(i int) time.Duration {
	for _, sec := range s.Seconds[min(i, len(s.Seconds)):] {
		if sec.Served > 0 {
			return sec.firstEnd
		}
	}
	return wholeSeconds(i)
}

// degraded bounds a spell of it since a moment. Something went wrong in
// its first and last second, and before and after it until the arrivals next to it,
// which in time answered may have met its end; of answers that were slow it is as far
// from its edges as they are judged together.
func (h *health) degraded(since time.Duration) func(from, to int) (low, high time.Duration) {
	block := func(i int) time.Duration { return wholeSeconds(max(h.block[i], 1)) }
	inside := func(i int) time.Duration {
		if h.slowly[i] {
			return block(i)
		}
		return time.Second
	}
	outside := func(in, out int) time.Duration {
		if h.slowly[in] || out >= h.first && out < h.end && (h.slow[out+1] > h.slow[out] || h.bad[out+1] > h.bad[out]) {
			return block(in)
		}
		return min(3*h.bound.Gap+h.bound.Latency, block(in))
	}
	return func(from, to int) (time.Duration, time.Duration) {
		least := wholeSeconds(to) - inside(to-1)
		if h.series.Plan.Model == "closed" { // which waits on when the cloud is well again
			least = min(least, h.series.lastTroubled(from, to, h.bound))
		}
		begin, end := wholeSeconds(from)-outside(from, from-1), wholeSeconds(to)+outside(to-1, to)
		return least - wholeSeconds(from) - inside(from), end - max(begin, since)
	}
}

// allGood tells whether every second from i up to end is good.
func (h *health) allGood(i, end int) bool {
	for ; i < end; i++ {
		if !h.good(i) {
			return false
		}
	}
	return true
}

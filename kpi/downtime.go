package kpi

import (
	"math"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func downtime() function {
	return function{
		name: "downtime", help: "Seconds in which too few of the arrivals due (down) were answered in time.", unit: conditions.Seconds,
		words: "downtime of", listed: always,
		ofLoad: func(a *Analysis, l LoadFigures, _ string) KPI { return l.downtimeIn(a.Measured) },
	}
}

// downtimeIn is how much downtime there was in a window. Seconds are counted whole: its
// interval is how long the spells of it may have been.
func (l *LoadFigures) downtimeIn(w Span) KPI {
	k := KPI{Name: "downtime", Scope: l.Plan.Name, Unit: "s", N: 1, State: None}
	if l.NoBound != nil {
		k.State, k.Detail = NotMeasured, l.NoBound.Error()
		return k
	}
	first, end := l.firstSecond(Span{w.From - time.Second + 1, w.To}), l.endSecond(w)
	n, low, high := spells(first, end, func(i int) bool { return l.Down[i] }, func(from, to int) (time.Duration, time.Duration) {
		begin, stop := l.blurred(from), l.blurred(to)
		least := wholeSeconds(to) - stop
		if l.Plan.Model == "closed" { // which waits on when the cloud is well again
			least = min(least, l.lastTroubled(from, to, l.Bound))
		}
		if from == first { // what was before does not count
			begin = 0
		}
		if to == end {
			stop = 0
		}
		for i := from; i < to; i++ {
			if l.full[i] {
				least -= time.Second
			}
		}
		return least - wholeSeconds(from) - l.blurred(from), wholeSeconds(to-from) + begin + stop
	})
	if n == 0 {
		return k
	}
	return k.between(seconds(low), seconds(wholeSeconds(n)), seconds(high))
}

func wholeSeconds(n int) time.Duration { return time.Duration(n) * time.Second }

// spells goes through the runs of seconds that are flagged: how many seconds those are,
// and the sums of how long each was at least and at most.
func spells(first, end int, flagged func(i int) bool, bounds func(from, to int) (low, high time.Duration)) (n int, low, high time.Duration) {
	for i := first; i < end; i++ {
		if !flagged(i) {
			continue
		}
		from := i
		for i < end && flagged(i) {
			i++
		}
		least, most := bounds(from, i)
		n, low, high = n+i-from, low+max(least, 0), high+most
	}
	return n, low, high
}

// lastTroubled is when those due in some seconds last met that the cloud was not well.
func (s *Series) lastTroubled(from, to int, b Bound) time.Duration {
	last := wholeSeconds(from)
	for i := from; i < to; i++ {
		if at, was := s.Seconds[i].troubled(b); was {
			last = max(last, at)
		}
	}
	return last
}

// blurred is how far from the edge between two seconds a spell of downtime may have
// begun or ended: as far as the longer of what both were judged by.
func (l *LoadFigures) blurred(i int) time.Duration {
	longest := time.Duration(0)
	for _, i := range []int{i - 1, i} {
		if i >= 0 && i < len(l.blur) {
			longest = max(longest, l.blur[i])
		}
	}
	return longest
}

// leastDownDue is how many arrivals a second needs to be judged by itself.
const leastDownDue = 3

// down tells for every second of the load whether it counts as downtime: fewer
// than half (Settings.DownShare) of the arrivals that were due in it succeeded
// within Bound.Late. Answers that came later do not count, because otherwise a
// stall of every client, whose requests all succeed in the end, would be no
// downtime at all. Seconds in which fewer than three arrivals were due are
// judged together with those before them, up to three; a closed load is also
// down while all of its workers wait.
//
// It tells of each second besides whether it is one only for those that found no place in
// flight while others were answered (see unclear): then it may be the load's own limit
// and no downtime. And for each second how far off an edge of downtime may be there. A
// spell begins or ends where the arrivals that were judged together have their median:
// in an open load about the middle of them, by chance as far from it as one is in twenty
// times. In a closed one it may be anywhere, since an arrival that fails at once, and one
// that hangs, change how many come.
func (s *Series) down(w Span, b Bound, share float64) (down, full []bool, blur []time.Duration) {
	down, full, blur = make([]bool, len(s.Seconds)), make([]bool, len(s.Seconds)), make([]time.Duration, len(s.Seconds))
	due, good, unclear, from := int64(0), int64(0), int64(0), s.firstSecond(w)
	under := s.waiting()
	for i := from; i < s.endSecond(w); i++ {
		sec := &s.Seconds[i]
		due += int64(sec.Due)
		good += int64(sec.Served) - sec.latency.over(b.Late)
		unclear += sec.unclear()
		down[i], blur[i] = s.stalled(i, under), time.Second
		if due < leastDownDue {
			continue
		}
		off := 1.0
		if s.Plan.Model != "closed" {
			off = min(0.5+1/math.Sqrt(float64(due)), 1)
		}
		for length := float64(i + 1 - from); from <= i; from++ {
			down[from] = down[from] || float64(good) < share*float64(due)
			full[from] = float64(good+unclear) >= share*float64(due)
			blur[from] = fromSeconds(length * off)
		}
		due, good, unclear = 0, 0, 0
	}
	return down, full, blur
}

// waiting is for each second how many arrivals were under way for all of it.
func (s *Series) waiting() []int32 {
	under := make([]int32, len(s.Seconds))
	n := int32(0)
	for i := range under {
		if i < len(s.workers) {
			n += s.workers[i]
		}
		under[i] = n
	}
	return under
}

// stalled tells whether all workers of a closed load waited for the whole of a
// second in which nothing succeeded.
func (s *Series) stalled(i int, under []int32) bool {
	return s.Plan.Model == "closed" && s.Seconds[i].OK == 0 && under[i] >= int32(max(s.Plan.Workers, 1))
}

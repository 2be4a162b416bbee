package kpi

import (
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func downtime() function {
	return function{
		name: "downtime", help: "Seconds in which fewer than half of the arrivals due were answered in time.", unit: conditions.Seconds,
		words: "downtime of", listed: true,
		ofLoad: func(a *Analysis, l LoadFigures, _ string) KPI { return l.downtimeIn(a.Measured) },
	}
}

// downtimeIn is how much downtime there was in a window.
func (l *LoadFigures) downtimeIn(w Span) KPI {
	k := KPI{Name: "downtime", Scope: l.Plan.Name, Unit: "s", N: 1, State: None}
	if l.NoBound != nil {
		k.State, k.Detail = NotMeasured, l.NoBound.Error()
		return k
	}
	if d := l.downIn(l.Down, w); d > 0 {
		return k.exactly(seconds(d))
	}
	return k
}

// leastDownDue is how many arrivals a second needs to be judged by itself.
const leastDownDue = 3

// Down tells for every second of the load whether it counts as downtime: fewer
// than half (Settings.DownShare) of the arrivals that were due in it succeeded
// within Bound.Late. Answers that came later do not count, because otherwise a
// stall of every client, whose requests all succeed in the end, would be no
// downtime at all. Seconds in which fewer than three arrivals were due are
// judged together with those before them, up to three; a closed load is also
// down while all of its workers wait.
func (s *Series) Down(w Span, b Bound, share float64) []bool {
	down := make([]bool, len(s.Seconds))
	due, good, from := int64(0), int64(0), s.firstSecond(w)
	under := s.waiting()
	for i := from; i < s.endSecond(w); i++ {
		sec := &s.Seconds[i]
		due += int64(sec.Due)
		good += int64(sec.Served) - sec.latency.over(b.Late)
		down[i] = s.stalled(i, under)
		if due < leastDownDue {
			continue
		}
		for ; from <= i; from++ {
			down[from] = down[from] || float64(good) < share*float64(due)
		}
		due, good = 0, 0
	}
	return down
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

// downIn counts the seconds of downtime in a window.
func (s *Series) downIn(down []bool, w Span) time.Duration {
	n := 0
	for i := s.firstSecond(Span{w.From - time.Second + 1, w.To}); i < s.endSecond(w); i++ {
		if down[i] {
			n++
		}
	}
	return time.Duration(n) * time.Second
}

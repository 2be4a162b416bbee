package kpi

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

func availability() function {
	return function{
		name: "availability", help: "Share of the planned arrivals that succeeded.", unit: conditions.Ratio,
		words: "availability of", phases: true, less: true, listed: always,
		ofLoad: func(_ *Analysis, l LoadFigures, phase string) KPI {
			return l.share("availability", phase, func(served float64) float64 { return served })
		},
	}
}

func errorRatio() function {
	return function{
		name: "error_ratio", help: "Share of the planned arrivals that failed or could not start.", unit: conditions.Ratio,
		words: "error ratio of", phases: true, listed: always,
		ofLoad: func(_ *Analysis, l LoadFigures, phase string) KPI {
			return l.share("error_ratio", phase, func(served float64) float64 { return 1 - served })
		},
	}
}

// share is a KPI made of the share of arrivals that succeeded.
func (s *Series) share(name, phase string, of func(served float64) float64) KPI {
	served, n, unclear, ok := s.availability(phase)
	k := KPI{Name: name, Scope: s.Plan.Name, Unit: string(conditions.Ratio), N: int(n), State: NotMeasured, Detail: "no arrival was due"}
	if !ok {
		return k
	}
	k.Detail = ""
	most := of(float64(served+unclear) / float64(n))
	x := of(float64(served) / float64(n))
	return k.between(most, x, most)
}

// Tally is a count of arrivals due in a window; Dropped are part of Bad, and Unclear of
// Dropped: see unclear.
type Tally struct{ Due, Served, Bad, Dropped, Unclear int64 }

// unclear is how many of the arrivals due in a window found no place among those in
// flight and may have been served with more places: see Second.unclear.
func (s *Series) unclear(w Span) int64 {
	n := int64(0)
	for i := s.firstSecond(w); i < s.endSecond(w); i++ {
		n += s.Seconds[i].unclear()
	}
	return n
}

// unclear is how many of those due in the second found no place among those in flight
// and would have been served with more, at the share of those that were sent, where
// something was answered in it. Where nothing is answered it is the cloud that takes the
// places.
func (s *Second) unclear() int64 {
	if s.OK == 0 || s.Dropped >= s.Due {
		return 0
	}
	return int64(s.Dropped) * int64(s.Served) / int64(s.Due-s.Dropped)
}

// add counts an arrival that was not aborted.
func (t *Tally) add(c record.Class) {
	t.Due++
	switch c {
	case record.OK:
		t.Served++
	case record.Dropped:
		t.Dropped++
		t.Bad++
	default:
		t.Bad++
	}
}

// tally adds up the seconds that lie in a window. A second belongs to the
// window in which it starts.
func (s *Series) tally(w Span) Tally {
	var t Tally
	for i := s.firstSecond(w); i < s.endSecond(w); i++ {
		sec := &s.Seconds[i]
		t.Due += int64(sec.Due)
		t.Served += int64(sec.Served)
		t.Bad += int64(sec.Bad)
	}
	return t
}

// firstSecond is the first whole second of a window, endSecond the one after its
// last; both lie within what was recorded.
func (s *Series) firstSecond(w Span) int {
	return min(int((w.From+time.Second-1)/time.Second), len(s.Seconds))
}

func (s *Series) endSecond(w Span) int {
	return min(int((w.To+time.Second-1)/time.Second), len(s.Seconds))
}

// availability counts the arrivals that were due in a phase, or in all but the warm-up
// where none is named: how many were served, how many there were, and how many it is
// unclear of. An arrival that was dropped was planned; one that the run's own end cut off
// is left out. False when nothing was due.
func (s *Series) availability(phase string) (served, n, unclear int64, ok bool) {
	for name, t := range s.Tallies {
		if name == phase || phase == "" && name != record.Warmup {
			served, n, unclear = served+t.Served, n+t.Due, unclear+t.Unclear
		}
	}
	return served, n, unclear, n > 0
}

package kpi

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

func availability() function {
	return function{
		name: "availability", help: "Share of the planned arrivals that succeeded.", unit: conditions.Ratio,
		words: "availability of", phases: true, listed: true,
		ofLoad: func(_ *Analysis, l LoadFigures, phase string) KPI {
			return l.share("availability", phase, func(served float64) float64 { return served })
		},
	}
}

func errorRatio() function {
	return function{
		name: "error_ratio", help: "Share of the planned arrivals that failed or could not start.", unit: conditions.Ratio,
		words: "error ratio of", phases: true, listed: true,
		ofLoad: func(_ *Analysis, l LoadFigures, phase string) KPI {
			return l.share("error_ratio", phase, func(served float64) float64 { return 1 - served })
		},
	}
}

// share is a KPI made of the share of arrivals that succeeded.
func (s *Series) share(name, phase string, of func(served float64) float64) KPI {
	x, n, unclear, ok := s.availability(phase)
	k := KPI{Name: name, Scope: s.Plan.Name, Unit: string(conditions.Ratio), N: int(n), State: NotMeasured, Detail: "no arrival was due"}
	if !ok {
		return k
	}
	k.Detail = ""
	most := of(x + float64(unclear)/float64(n))
	return k.between(most, of(x), most)
}

// Tally is a count of arrivals due in a window; Dropped are part of Bad, and Unclear of
// Dropped: see unclear.
type Tally struct{ Due, Served, Bad, Dropped, Unclear int64 }

// unclear is how many of the arrivals due in a window found no place among those in
// flight in a second in which others were answered: more places would have sent them, and
// what the cloud would have done with them nobody knows. Where nothing is answered it is
// the cloud that takes the places.
func (s *Series) unclear(w Span) int64 {
	n := int64(0)
	for i := s.firstSecond(w); i < s.endSecond(w); i++ {
		if sec := &s.Seconds[i]; sec.OK > 0 {
			n += int64(sec.Dropped)
		}
	}
	return n
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

// Availability is succeeded ÷ planned over the arrivals that were due in a
// phase, or in all but the warm-up where none is named, between 0 and 1. An
// arrival that was dropped was planned; one that the run's own end cut off is
// left out. False when nothing was due.
func (s *Series) Availability(phase string) (x float64, n int64, ok bool) {
	x, n, _, ok = s.availability(phase)
	return x, n, ok
}

func (s *Series) availability(phase string) (x float64, n, unclear int64, ok bool) {
	var t Tally
	for name, part := range s.Tallies {
		if name == phase || phase == "" && name != record.Warmup {
			t.Due, t.Served, t.Unclear = t.Due+part.Due, t.Served+part.Served, t.Unclear+part.Unclear
		}
	}
	if t.Due == 0 {
		return 0, 0, 0, false
	}
	return float64(t.Served) / float64(t.Due), t.Due, t.Unclear, true
}

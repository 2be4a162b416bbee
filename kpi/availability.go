package kpi

import "time"

// Tally is a count of arrivals due in a window.
type Tally struct{ Due, Served, Bad, Aborted int64 }

// tally adds up the seconds that lie in a window. A second belongs to the
// window in which it starts.
func (s *Series) tally(w Span) Tally {
	var t Tally
	for i := s.firstSecond(w); i < s.endSecond(w); i++ {
		sec := &s.Seconds[i]
		t.Due += int64(sec.Due)
		t.Served += int64(sec.Served)
		t.Bad += int64(sec.Bad)
		t.Aborted += int64(sec.Aborted)
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

// Availability is succeeded ÷ planned over the arrivals due in a window,
// between 0 and 1. An arrival that was dropped was planned; one that the run's
// own end cut off is left out. False when nothing was due.
func (s *Series) Availability(w Span) (float64, bool) {
	t := s.tally(w)
	if t.Due == 0 {
		return 0, false
	}
	return float64(t.Served) / float64(t.Due), true
}

package kpi

import "time"

// Outage is a span between two successful completions that was too long to be
// chance. Its first edge is the last success before it, its second the first
// success after it.
type Outage struct {
	Span
	Open bool // no success followed: it had not ended when the load did
	Due  int64
}

// leastOutageDue is how many arrivals must have been due for a silence to mean
// anything in the open model.
const leastOutageDue = 3

// Outages finds them in a window: maximal spans between two successful
// completions, longer than the baseline's p99.9 (its maximum where that is not
// supported) plus three mean gaps, in which at least three arrivals were due
// (open model, counted by tenths of a second) or every worker waited (closed
// model). The window's start stands for a success, so that a load that never
// succeeds is one long outage.
func (s *Series) Outages(w Span, b Bound) []Outage {
	var found []Outage
	w.To = min(w.To, s.lastDue+tickLength)
	last := w.From
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstOK < 0 || t.lastOK < w.From {
			continue
		}
		if o, ok := s.outage(Span{last, min(max(t.firstOK, w.From), w.To)}, b); ok {
			o.To = t.firstOK
			found = append(found, o)
		}
		if last = t.lastOK; last >= w.To {
			return found
		}
	}
	if o, ok := s.outage(Span{last, w.To}, b); ok {
		o.Open = true
		found = append(found, o)
	}
	return found
}

func (s *Series) outage(gap Span, b Bound) (Outage, bool) {
	if gap.Length() <= b.Outage {
		return Outage{}, false
	}
	o := Outage{Span: gap}
	for i := int(gap.From/tickLength) + 1; i <= int(gap.To/tickLength) && i < len(s.ticks); i++ {
		o.Due += int64(s.ticks[i].due)
	}
	if s.Plan.Model == "closed" {
		return o, s.allWaited(gap)
	}
	return o, o.Due >= leastOutageDue
}

// allWaited tells whether in some whole second of a gap every worker of a
// closed load waited for an answer.
func (s *Series) allWaited(gap Span) bool {
	under := int32(0)
	for i := range s.workers {
		under += s.workers[i]
		at := time.Duration(i) * time.Second
		if at >= gap.From && at+time.Second <= gap.To && under >= int32(max(s.Plan.Workers, 1)) {
			return true
		}
	}
	return false
}

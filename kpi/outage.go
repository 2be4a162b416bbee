package kpi

import (
	"cmp"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

func outage() function {
	return function{
		name: "outage", help: "Longest span without a success while arrivals were due.", unit: conditions.Seconds,
		words: "longest outage of", listed: true,
		ofLoad: func(_ *Analysis, l LoadFigures, _ string) KPI { return l.longestOutage() },
	}
}

// longestOutage is the longest outage of a load; N is how many there were. It may
// have begun and ended up to one mean gap inside its edges, since between two
// arrivals nobody looks.
func (l *LoadFigures) longestOutage() KPI {
	k := KPI{Name: "outage", Scope: l.Plan.Name, Unit: "s", N: len(l.Outages), State: None}
	if l.NoBound != nil {
		k.State, k.Detail = NotMeasured, l.NoBound.Error()
		return k
	}
	if len(l.Outages) == 0 {
		return k
	}
	longest := slices.MaxFunc(l.Outages, func(x, y Outage) int { return int(x.Length() - y.Length()) })
	if longest.Open {
		k = k.atLeast(seconds(longest.Length()))
		k.Detail = "no success followed"
		return k
	}
	return k.between(seconds(max(longest.Length()-2*l.Bound.Gap, 0)), seconds(longest.Length()), seconds(longest.Length()))
}

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
// completions, longer than Bound.Outage (the baseline's p99.9, or its maximum
// where that is not supported, and three mean gaps), in which at least three
// arrivals were due that had time to succeed (open model: Bound.Longest before
// its end) or every worker waited (closed model). Without that time an arrival
// says nothing: chance alone leaves a Poisson load silent for three mean gaps
// and ends it with a burst. The window's start stands for a success, so that a
// load that never succeeds is one long outage.
//
// Only if there are such spans the samples are read a second time, up to where
// they could be read the first time.
func (s *Series) Outages(w Span, b Bound) []Outage {
	silences := s.silences(w, b)
	if s.Plan.Model == "closed" {
		return slices.DeleteFunc(silences, func(o Outage) bool { return !s.allWaited(o.Span) })
	}
	if len(silences) == 0 {
		return nil
	}
	for sample, err := range s.arrivals() {
		if err != nil {
			break // it was told of when they were read first
		}
		if sample.Class == record.Aborted {
			continue
		}
		after, _ := slices.BinarySearchFunc(silences, sample.Intended, func(o Outage, at time.Duration) int { return cmp.Compare(o.From, at) })
		if after == 0 {
			continue
		}
		if o := &silences[after-1]; sample.Intended+b.Longest <= o.To {
			o.Due++
		}
	}
	return slices.DeleteFunc(silences, func(o Outage) bool { return o.Due < leastOutageDue })
}

// silences are the spans without a success that are longer than chance is
// likely to make them, in order.
func (s *Series) silences(w Span, b Bound) []Outage {
	var found []Outage
	w.To = min(w.To, s.lastDue+tickLength)
	last := w.From
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstOK < 0 || t.lastOK < w.From {
			continue
		}
		if min(max(t.firstOK, w.From), w.To)-last > b.Outage {
			found = append(found, Outage{Span: Span{last, t.firstOK}})
		}
		if last = t.lastOK; last >= w.To {
			return found
		}
	}
	if w.To-last > b.Outage {
		found = append(found, Outage{Span: Span{last, w.To}, Open: true})
	}
	return found
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

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

// longestOutage is the longest outage of a load; N is how many there were. Its
// interval is what the arrivals about its edges say, since between two of them nobody
// looks; of one that did not end only the least is known.
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
	least, most, open := time.Duration(0), time.Duration(0), false
	for _, o := range l.Outages { // which is the longest may not be known
		least, most, open = max(least, o.Least), max(most, o.Most), open || o.Open
	}
	if open {
		k = k.atLeast(seconds(least))
		k.Detail = "no success followed"
		return k
	}
	return k.between(seconds(least), seconds(longest.Length()), seconds(most))
}

// Outage is a span between two successful completions that was too long to be
// chance. Its first edge is the last success before it, its second the first
// success after it.
type Outage struct {
	Span
	Open bool // no success followed: it had not ended when the load did
	Due  int64
	// Least is from the first to the last moment at which an arrival has met it, Most
	// from the start of the last success before it, which was served at some moment
	// after that, to its second edge.
	Least, Most time.Duration

	up, met, meets time.Duration // that start, and those two moments
}

// meet shows it an arrival. One that was started in it and failed has met it by the time
// that the longest success takes, or when it failed. One that was served after all, or
// waited when the run ended, has met it until as long before.
func (o *Outage) meet(a record.Sample, b Bound) {
	waits := a.End-a.Started > b.Longest
	if (a.Class == record.OK || a.Class == record.Aborted) && !waits || a.Class == record.Dropped {
		return
	}
	first, last := min(a.End, a.Started+b.Longest), a.Started
	if a.Class == record.OK || a.Class == record.Aborted {
		last = a.End - b.Longest
	}
	if a.Started < o.From || first > o.To {
		return // it may have met what was before
	}
	if o.met < 0 || first < o.met {
		o.met = first
	}
	o.meets = max(o.meets, min(last, o.To))
}

// bounded fills in how long the outage was at least and at most.
func (o *Outage) bounded() {
	o.Most = o.To - o.up
	if o.met >= 0 {
		o.Least = max(o.meets-o.met, 0)
	}
}

// leastOutageDue is how many arrivals must have been due for a silence to mean
// anything, where not every worker of a closed load waits.
const leastOutageDue = 3

// Outages finds them in a window: maximal spans between two successful
// completions, longer than Bound.Outage (the baseline's p99.9, or its maximum
// where that is not supported, and three mean gaps), in which at least three
// arrivals were due that had time to succeed (Bound.Longest before its end) or every
// worker waited (closed model). Without that time an arrival says nothing: chance alone
// leaves a Poisson load silent for three mean gaps and ends it with a burst. The window's
// start stands for a success, so that a load that never succeeds is one long outage.
//
// Only if there are such spans the samples are read a second time, up to where
// they could be read the first time; they say how long each was at least and at most.
func (s *Series) Outages(w Span, b Bound) []Outage {
	silences := s.silences(w, b)
	if len(silences) == 0 {
		return nil
	}
	for sample, err := range s.arrivals() {
		if err != nil {
			break // it was told of when they were read first
		}
		look(silences, sample, b)
	}
	closed := s.Plan.Model == "closed"
	silences = slices.DeleteFunc(silences, func(o Outage) bool {
		return o.Due < leastOutageDue && !(closed && s.allWaited(o.Span))
	})
	for i := range silences {
		silences[i].bounded()
	}
	return silences
}

// look shows an arrival to the silences that it says something of, which are in order.
func look(silences []Outage, a record.Sample, b Bound) {
	after := func(at time.Duration) int {
		i, _ := slices.BinarySearchFunc(silences, at, func(o Outage, at time.Duration) int { return cmp.Compare(o.From, at) })
		return i
	}
	if a.Class == record.OK {
		if i := after(a.End); i < len(silences) {
			silences[i].up = max(silences[i].up, a.Started)
		}
	}
	if i := after(a.Intended); i > 0 && (a.Class != record.Aborted || a.End-a.Started > b.Longest) {
		if o := &silences[i-1]; a.Intended+b.Longest <= o.To {
			o.Due++
		}
	}
	if i := after(a.Started + 1); i > 0 {
		silences[i-1].meet(a, b)
	}
}

// silences are the spans without a success that are longer than chance is
// likely to make them, in order.
func (s *Series) silences(w Span, b Bound) []Outage {
	var found []Outage
	w.To = min(w.To, max(s.lastDue+tickLength, s.hungTo))
	last := w.From
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstOK < 0 || t.lastOK < w.From {
			continue
		}
		if min(max(t.firstOK, w.From), w.To)-last > b.Outage {
			found = append(found, Outage{Span: Span{last, t.firstOK}, up: w.From, met: -1})
		}
		if last = t.lastOK; last >= w.To {
			return found
		}
	}
	if w.To-last > b.Outage {
		found = append(found, Outage{Span: Span{last, w.To}, Open: true, up: w.From, met: -1})
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

package kpi

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

func outage() function {
	return function{
		name: "outage", help: "Longest span without a success while arrivals were due.", unit: conditions.Seconds,
		words: "longest outage of", listed: always,
		ofLoad: func(_ *Analysis, l LoadFigures, _ string) KPI { return l.longestOutage() },
	}
}

// longestOutage is the longest outage of a load; N is how many there were. Its
// interval is what the arrivals about its edges say, since between two of them nobody
// looks; of one that did not end only the least is known. One that was not seen may have
// been as long as LoadFigures.Unseen, also where there was none.
func (l *LoadFigures) longestOutage() KPI {
	return l.longestOf(KPI{Name: "outage", Scope: l.Plan.Name, Unit: "s"}, l.Outages)
}

// longestOf is the longest of some of its outages.
func (l *LoadFigures) longestOf(k KPI, outages []Outage) KPI {
	k.N, k.State = len(outages), None
	if l.NoOutages != nil {
		k.State, k.Detail = NotMeasured, l.NoOutages.Error()
		return k
	}
	unseen := seconds(l.Unseen)
	if len(outages) == 0 {
		k.Low, k.High = new(0.0), &unseen
		k.Detail = fmt.Sprintf("one of %s could be between two of its answers", Quantity(unseen, "s"))
		return k
	}
	longest := slices.MaxFunc(outages, func(x, y Outage) int { return int(x.Length() - y.Length()) })
	least, most, open := time.Duration(0), time.Duration(0), false
	for _, o := range outages { // which is the longest may not be known
		least, most, open = max(least, o.Least), max(most, o.Most), open || o.Open
	}
	if open {
		k = k.atLeast(seconds(least))
		k.Detail = "no success followed"
		return k
	}
	if hung := longest.hung; longest.blind() {
		k.Detail = fmt.Sprintf("an arrival waited for %s in vain, and whether the cloud served anew meanwhile nobody asked: a shorter timeout would tell", Quantity(seconds(hung), "s"))
	}
	return k.between(seconds(least), seconds(longest.Length()), max(seconds(most), unseen))
}

// blind tells whether it is so little known how long it was because arrivals waited in vain:
// one that no answer came to may have been lost in it, and would then have waited as long
// had the cloud been well the moment after. It proves that it was out when it was sent, and
// no more.
func (o *Outage) blind() bool { return o.hung > leastFailing && 2*(o.Length()-o.Least) > o.hung }

// Outage is a span between two successful completions that was too long to be
// chance, as far as one can tell: Least is 0 where it may be, since only a part of the
// arrivals failed beside it. Its first edge is the last success before it, its second the first
// success after it.
type Outage struct {
	Span
	Open bool // no success followed: it had not ended when the load did
	Due  int64
	// Least is from the first to the last moment at which an arrival has met it, Most
	// from the start of the last success before it, which was served at some moment
	// after that, to its second edge. A Least of 0 may be chance where only a part fails.
	Least, Most time.Duration

	up, met, meets time.Duration // that start, and those two moments
	failures       int64         // arrivals that were sent in it and failed
	waited         int64         // and such that were not, and waited longer than the longest success
	failing        Span          // when the first of them had, and when the last one was sent
	hung           time.Duration // the longest that one of failures waited
}

// worstOutage is the longest outage of a load of those that are meant; false where there is none.
func (l *LoadFigures) worstOutage(meant func(Outage) bool) (worst Outage, was bool) {
	for _, o := range l.Outages {
		if meant(o) && o.Length() > worst.Length() {
			worst = o
		}
	}
	return worst, worst.Length() > 0
}

// meets tells whether an outage lies at least in part in the stretch.
func (s Span) meets(o Outage) bool { return o.From < s.To && o.To > s.From }

// meet shows it an arrival. One that was started in it and failed has met it by the time
// that the longest success takes, or when it failed; what it waited for longer than that
// proves nothing, since it may have been lost. One that was served after all, or waited when
// the run ended, has met it until as long before.
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
	if a.Class == record.OK || a.Class == record.Aborted {
		o.waited++
	} else {
		if o.failures++; o.failures == 1 || first < o.failing.From {
			o.failing.From = first
		}
		o.failing.To = max(o.failing.To, a.Started)
		o.hung = max(o.hung, a.End-a.Started)
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

// manyGaps are so many mean gaps without an arrival that the load stood still.
const manyGaps = 20

// leastFailing is for how long arrivals must have failed for that to be an outage
// whatever the baseline makes of a silence: what ends many of them at once is none.
const leastFailing = time.Second

// Outages finds them in a window: maximal spans between two successful
// completions, longer than Bound.Outage (the baseline's p99.9, or its maximum
// where that is not supported, and Settings.OutageGaps mean gaps), in which at least
// Settings.OutageArrivals arrivals were due that had time to succeed (Bound.Longest before its end) or every
// worker waited (closed model). Without that time an arrival says nothing: chance alone
// leaves a Poisson load silent for three mean gaps and ends it with a burst. The window's
// start stands for a success, so that a load that never succeeds is one long outage.
//
// A load whose answers take long is silent for long, and still sees an outage whose
// arrivals fail at once: one is also a span in which so many failed, for a second at
// least, as do not in one of a hundred runs against a cloud that serves every second one.
//
// Unseen is how long an outage may have been, at most, that is not one of them: from the
// start of a success, which was served at some moment after it, or where it took longer
// than the longest of the baseline from as long before its end; until as long before the
// end of the next one as one takes at least. A stretch for which the load stood still does
// not count.
//
// Only if there are spans to be looked at the samples are read a second time, up to where
// they could be read the first time; they say how long each was at least and at most.
func (s *Series) Outages(w Span, b Bound) (outages []Outage, unseen time.Duration) {
	w.From = max(w.From, s.firstDue)
	silences, unseen := s.silences(w, b)
	if len(silences) == 0 {
		return nil, unseen
	}
	for sample, err := range s.arrivals() {
		if err != nil {
			break // it was told of when they were read first
		}
		look(silences, sample, b)
	}
	for _, o := range silences {
		o.bounded()
		if s.partly(o, w, b) {
			o.Least = 0
		}
		switch {
		case s.out(o, b):
			outages = append(outages, o)
		case o.Due <= 1 && o.failures+o.waited == 0 && o.Length() > b.Longest+manyGaps*b.Gap:
			unseen = max(unseen, b.Outage) // about its edges: nothing was to be sent in it, but what ended it
		case o.Open:
			unseen = max(unseen, o.Most)
		default:
			unseen = max(unseen, o.Most-b.Fastest)
		}
	}
	return outages, unseen
}

// out tells whether a silence is an outage.
func (s *Series) out(o Outage, b Bound) bool {
	if o.Length() > b.Outage && (o.Due >= b.OutageDue || s.Plan.Model == "closed" && s.allWaited(o.Span)) {
		return true
	}
	needed := math.Log2(100 * float64(s.account.Planned))
	return o.failing.Length() >= leastFailing && float64(o.failures) >= needed
}

// look shows an arrival to the silences that it says something of, which are in order.
func look(silences []Outage, a record.Sample, b Bound) {
	after := func(at time.Duration) int {
		i, _ := slices.BinarySearchFunc(silences, at, func(o Outage, at time.Duration) int { return cmp.Compare(o.From, at) })
		return i
	}
	if a.Class == record.OK {
		if i := after(a.End); i < len(silences) {
			silences[i].up = max(silences[i].up, a.Started, a.End-b.Longest)
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

// silences are the spans without a success that have to be looked at, in order, and
// the most that an outage beside them may have lasted.
func (s *Series) silences(w Span, b Bound) (found []Outage, unseen time.Duration) {
	w.To = min(w.To, max(s.lastDue+tickLength, s.waitedTo(b)))
	least := min(b.Outage, leastFailing)
	last, up := w.From, w.From // the end of the last success, and when the latest of those that had ended was started
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstOK < 0 || t.lastOK < w.From {
			continue
		}
		if end := min(max(t.firstOK, w.From), w.To); end-last > least {
			found = append(found, Outage{Span: Span{last, t.firstOK}, up: w.From, met: -1})
		} else {
			unseen = max(unseen, end-up-b.Fastest)
		}
		if last = t.lastOK; last >= w.To {
			return found, unseen
		}
		unseen = max(unseen, last-max(up, t.firstUp, t.firstOK-b.Longest)-b.Fastest)
		up = max(up, t.up, last-b.Longest)
	}
	if w.To-last > least {
		found = append(found, Outage{Span: Span{last, w.To}, Open: true, up: w.From, met: -1})
	} else {
		unseen = max(unseen, w.To-up)
	}
	return found, unseen
}

// waitedTo is until when one waited that the run's own end cut off, of those that had waited
// for longer than the longest success.
func (s *Series) waitedTo(b Bound) time.Duration {
	to := time.Duration(0)
	for _, a := range s.cut {
		if a.End-a.Started > b.Longest {
			to = max(to, a.End)
		}
	}
	return to
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

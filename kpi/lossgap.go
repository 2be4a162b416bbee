package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// lossGap and lossGapSum are the longest gap of a load of the data plane, and all of them
// together. A gap is a maximal run of arrivals, in the order in which they were due, of which
// none succeeded, be it one lost packet: unlike an outage, which has to be longer than chance
// makes of the answers. It lasts from when the first of them was due to when the next one that
// succeeds is due; at least from the first of them to the last, and at most from the success
// before it. It had not ended where no success follows. Arrivals that found no place in flight
// were not sent, and say nothing.
//
// Source: RFC 7680 (one-way loss), RFC 3357 (loss periods)
func lossGap() function {
	return function{
		name: "loss_gap", help: "On the data plane: longest run of arrivals without a success, from the first of them to the next success.",
		unit: conditions.Seconds, words: "longest loss gap of", phases: true, listed: onDataPlane,
		ofLoad: func(a *Analysis, l LoadFigures, phase string) KPI { return a.lossGap(l, phase).longest },
	}
}

func lossGapSum() function {
	return function{
		name: "loss_gap_sum", help: "All such runs together.",
		unit: conditions.Seconds, words: "summed loss gaps of", phases: true, listed: onDataPlane,
		ofLoad: func(a *Analysis, l LoadFigures, phase string) KPI { return a.lossGap(l, phase).sum },
	}
}

// dataPlane tells whether a workload is one of the data plane.
func dataPlane(workload string) bool {
	return slices.ContainsFunc([]string{"http.", "tcp.", "udp.", "icmp.", "dns.", "ssh."}, func(kind string) bool { return strings.HasPrefix(workload, kind) })
}

func onDataPlane(_ *Analysis, l LoadFigures) bool { return dataPlane(l.Plan.Workload) }

// lossGaps are both figures.
type lossGaps struct{ longest, sum KPI }

func (a *Analysis) lossGap(l LoadFigures, phase string) lossGaps {
	blank := func(name string) KPI {
		return KPI{Name: name, Scope: l.Plan.Name, Unit: "s", State: NotMeasured}
	}
	g := lossGaps{blank("loss_gap"), blank("loss_gap_sum")}
	w := a.Measured
	if span, ok := a.history.phase(phase); ok {
		w = span
	}
	all, err := l.losses(w)
	switch {
	case !dataPlane(l.Plan.Workload):
		g.longest.Detail = l.Plan.Workload + " is no workload of the data plane: outage and downtime are its figures"
	case err != nil:
		g.longest.Detail = err.Error()
	case all.n == 0:
		g.longest.Detail = "nothing of it was due"
	default:
		return g.of(all.found, all.gap)
	}
	g.sum.Detail = g.longest.Detail
	return g
}

// of fills them in; Gap is the longest time in which none was sent, and so no loss can be seen.
func (g lossGaps) of(found []loss, gap time.Duration) lossGaps {
	if len(found) == 0 {
		for _, k := range []*KPI{&g.longest, &g.sum} {
			k.State, k.Low, k.High = None, new(0.0), new(seconds(gap))
			k.Detail = "no arrival was lost, and for up to " + Quantity(seconds(gap), "s") + " none was sent"
		}
		return g
	}
	var longest loss
	var sum loss
	least, most, open := time.Duration(0), time.Duration(0), false
	for _, x := range found {
		if x.length > longest.length {
			longest = x
		}
		least, most, open = max(least, x.least), max(most, x.most), open || x.open
		sum.length, sum.least, sum.most, sum.arrivals = sum.length+x.length, sum.least+x.least, sum.most+x.most, sum.arrivals+x.arrivals
	}
	g.longest.N, g.sum.N = len(found), len(found)
	g.longest.Detail = fmt.Sprintf("%d arrivals from %s", longest.arrivals, Quantity(seconds(longest.from), "s"))
	g.sum.Detail = fmt.Sprintf("%d arrivals in %s", sum.arrivals, plural(len(found), "gap"))
	if open {
		g.longest.WhyOpen, g.sum.WhyOpen = "no success followed", "no success followed the last one"
		g.longest, g.sum = g.longest.atLeast(seconds(least)), g.sum.atLeast(seconds(sum.least))
		return g
	}
	g.longest = g.longest.between(seconds(least), seconds(longest.length), seconds(most))
	g.sum = g.sum.between(seconds(sum.least), seconds(sum.length), seconds(sum.most))
	return g
}

// loss is one gap.
type loss struct {
	from, length, least, most time.Duration
	arrivals                  int64
	open                      bool
}

// losses are the gaps in a window.
type losses struct {
	found []loss
	n     int64         // arrivals that were due in it, and sent
	gap   time.Duration // how far two of them were apart at most
}

// losses finds the gaps of the arrivals that were due in a window. They are read again, twice
// where some failed: samples come in the order in which they ended, and only those that failed
// are kept. The success after the last of them may have been due later.
func (s *Series) losses(w Span) (g losses, err error) {
	if known, was := s.lossesOf[w]; was {
		return known, nil
	}
	var bad []time.Duration
	each := func(take func(record.Sample)) {
		if s.samples == nil {
			return
		}
		for sample, wrong := range s.arrivals() {
			if wrong != nil {
				err = wrong
				return
			}
			if sample.Class != record.Aborted && sample.Class != record.Dropped {
				take(sample)
			}
		}
	}
	seen := newSights(w)
	each(func(x record.Sample) {
		if !w.Has(x.Intended) {
			return
		}
		seen.add(x.Intended)
		if g.n++; x.Class != record.OK {
			bad = append(bad, x.Intended)
		}
	})
	g.gap = seen.longest()
	if err == nil && len(bad) > 0 {
		g.found = between(w, bad, each)
	}
	if err != nil { // what was found so far is no answer, also for who asks next
		return losses{}, err
	}
	if s.lossesOf == nil {
		s.lossesOf = map[Span]losses{}
	}
	s.lossesOf[w] = g
	return g, nil
}

// sightTick is how long the parts of a window are of which the first arrival and the last one
// are kept.
const sightTick = 20 * time.Millisecond

// sights are when arrivals were due: of each part of a window the first and the last.
type sights struct {
	w           Span
	first, last []time.Duration // -1: none
}

func newSights(w Span) *sights {
	n := int(w.Length()/sightTick) + 2
	s := &sights{w: w, first: make([]time.Duration, n), last: make([]time.Duration, n)}
	for i := range n {
		s.first[i], s.last[i] = -1, -1
	}
	return s
}

func (s *sights) add(at time.Duration) {
	i := int((at - s.w.From) / sightTick)
	if s.first[i] < 0 || at < s.first[i] {
		s.first[i] = at
	}
	s.last[i] = max(s.last[i], at)
}

// longest is the longest time between two that followed one another, or the edges of the
// window: within one part it may be that much too long.
func (s *sights) longest() time.Duration {
	longest, last, dense := time.Duration(0), s.w.From, time.Duration(0)
	for i := range s.first {
		if s.first[i] < 0 {
			continue
		}
		longest, last = max(longest, s.first[i]-last), s.last[i]
		dense = max(dense, s.last[i]-s.first[i])
	}
	return max(longest, s.w.To-last, min(dense, sightTick))
}

// between finds the successes between those that failed, and the gaps by them.
func between(w Span, bad []time.Duration, each func(func(record.Sample))) []loss {
	slices.Sort(bad)
	// first and last are the earliest and the latest success before each of bad, and after
	// the one before it; those behind the last of them are at the end. None: -1.
	first, last := make([]time.Duration, len(bad)+1), make([]time.Duration, len(bad)+1)
	for i := range first {
		first[i], last[i] = -1, -1
	}
	each(func(x record.Sample) {
		if x.Class != record.OK {
			return
		}
		i, _ := slices.BinarySearch(bad, x.Intended)
		if first[i] < 0 || x.Intended < first[i] {
			first[i] = x.Intended
		}
		last[i] = max(last[i], x.Intended)
	})
	return gaps(w, bad, first, last)
}

// gaps are the maximal runs of bad without a success between.
func gaps(w Span, bad, first, last []time.Duration) (found []loss) {
	before := w.From
	for i := 0; i < len(bad); {
		if last[i] >= 0 {
			before = last[i]
		}
		from := i
		for i++; i < len(bad) && last[i] < 0; i++ {
		}
		x := loss{from: bad[from], arrivals: int64(i - from), least: bad[i-1] - bad[from]}
		if x.open = first[i] < 0; !x.open {
			x.length, x.most = first[i]-bad[from], first[i]-before
		} else {
			x.length, x.most = w.To-bad[from], w.To-before
		}
		found = append(found, x)
	}
	return found
}

package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// about is what a gap is about: a kind of figure, of a load or fault. Load and fault are nil
// where the record does not tell.
type about struct {
	what  string // the function that an objective asks for, "redundancy" or "lost"
	load  *LoadFigures
	fault *FaultFigures
	span  Span // the stretch in which it happened
}

// evidence is what the record holds about a gap.
type evidence struct {
	about
	a        *Analysis
	bad, due int64 // arrivals of the span
	// failures are those that ended in it, or as long after it as one of the span took to
	// fail, by class.
	failures [record.Classes]int64
	total    int64
	ended    Span
}

// leastFailures is how many failures say something; of them nearly all must be alike.
const (
	leastFailures = 5
	nearlyAll     = 0.8
)

func (a *Analysis) evidence(of about) *evidence {
	e := &evidence{about: of, a: a, ended: of.span}
	if e.load == nil {
		return e
	}
	s := e.load.Series
	seconds := Span{e.span.From.Truncate(time.Second), e.span.To}
	t := s.tally(seconds)
	e.bad, e.due = t.Bad, t.Due
	for i := int(seconds.From / tickLength); i < min(int(e.span.To/tickLength)+1, len(s.ticks)); i++ {
		if bad := s.ticks[i].slowBad; bad.took > 0 {
			e.ended.To = max(e.ended.To, bad.due+bad.took)
		}
	}
	if e.fault != nil && e.fault.next != nil { // what ends then may be the next fault's
		e.ended.To = max(e.span.To, min(e.ended.To, *e.fault.next.Asked))
	}
	for i := int(seconds.From / time.Second); i < min(int(e.ended.To/time.Second)+1, len(s.Seconds)); i++ {
		for class, n := range s.Seconds[i].Errors {
			if class := record.Class(class); class != record.OK && class != record.Aborted {
				e.failures[class] += int64(n)
				e.total += int64(n)
			}
		}
	}
	return e
}

// latency tells whether it is about how long answers took.
func (e *evidence) latency() bool {
	switch e.what {
	case "p50", "p90", "p95", "p99", "p999":
		return true
	}
	return false
}

// mostly tells whether nearly all failures are of a class, with that in words.
func (e *evidence) mostly(class record.Class) (words string, is bool) {
	n := e.failures[class]
	if e.load == nil || e.latency() || e.total < leastFailures || float64(n) < nearlyAll*float64(e.total) {
		return "", false
	}
	words = fmt.Sprintf("%d of %d failures of %s that ended %s are %s", n, e.total, e.load.Plan.Name, within(e.ended), class)
	if all := e.load.failures(); all > e.total {
		words += fmt.Sprintf("; in the whole run %d failed", all)
	}
	return words, true
}

// failures are all of the load, over the whole run.
func (s *Series) failures() (all int64) {
	for class, e := range s.errors {
		if class != record.Aborted {
			all += e.Count
		}
	}
	return all
}

// shares are the classes of the failures, the most frequent first.
func (e *evidence) shares() string {
	var classes []record.Class
	for class, n := range e.failures {
		if n > 0 {
			classes = append(classes, record.Class(class))
		}
	}
	slices.SortStableFunc(classes, func(x, y record.Class) int { return int(e.failures[y] - e.failures[x]) })
	var words []string
	for _, c := range classes {
		words = append(words, fmt.Sprintf("%d %s", e.failures[c], c))
	}
	return strings.Join(words, ", ")
}

// said is the most frequent of what was said of a class, where that is of this stretch: the
// texts are counted over the whole run, so nearly all of the class must have ended here.
func (e *evidence) said(class record.Class) (t ErrorText, words string, is bool) {
	all := e.load.errors[class]
	if all == nil || len(all.Texts) == 0 || float64(e.failures[class]) < nearlyAll*float64(all.Count) {
		return ErrorText{}, "", false
	}
	t = all.Texts[0]
	if t.Count == nil || 2**t.Count <= all.Count {
		return ErrorText{}, "", false
	}
	words = fmt.Sprintf("most of them: %q", record.OneLine(t.Text, 200))
	if t.Status > 0 {
		words += fmt.Sprintf(", status %d", t.Status)
	}
	return t, words, true
}

// aboutObjective is what an objective that was missed is about. Of a load that suffered by
// several faults it is the one by which it suffered most.
func (a *Analysis) aboutObjective(o Objective) about {
	if len(o.Calls) == 0 {
		return about{}
	}
	call := o.Calls[0]
	if call.OfAny() {
		call = call.Of(a.answer(call).worst)
	}
	of := about{what: call.Function, span: a.Measured}
	if name := call.Text("fault"); name != "" {
		if of.fault = a.faultNamed(name); of.fault == nil || of.fault.Effective == nil {
			of.fault = nil
			return of
		}
		of.span = of.fault.Extent
		of.load = a.worstHit(of.span)
		return of
	}
	if of.load = a.loadNamed(call.Text("load")); of.load == nil {
		return of
	}
	if phase, is := a.history.phase(call.Text("phase")); is {
		of.span = phase
	}
	if of.what == "outage" && len(of.load.Outages) > 0 {
		of.span = slices.MaxFunc(of.load.Outages, func(x, y Outage) int { return int(x.Length() - y.Length()) }).Span
	}
	of.fault = a.guilty(of)
	if of.fault != nil && of.what != "outage" {
		of.span = Span{max(of.span.From, of.fault.Extent.From), min(of.span.To, of.fault.Extent.To)}
	}
	return of
}

// worstHit is the load of which most arrivals went wrong in a span; nil where none did.
func (a *Analysis) worstHit(w Span) *LoadFigures {
	var worst *LoadFigures
	most := int64(0)
	for i := range a.Loads {
		if t := a.Loads[i].tally(Span{w.From.Truncate(time.Second), w.To}); t.Bad > most {
			worst, most = &a.Loads[i], t.Bad
		}
	}
	return worst
}

// guilty is the fault in whose extent most arrivals of the load went wrong within the span,
// or where it is about latency that by which answers took longest against the baseline; nil
// where none did any harm there.
func (a *Analysis) guilty(of about) *FaultFigures {
	var worst *FaultFigures
	most := 0.0
	for i := range a.Faults {
		f := &a.Faults[i]
		if f.Effective == nil {
			continue
		}
		within := Span{max(f.Extent.From, of.span.From).Truncate(time.Second), min(f.Extent.To, of.span.To)}
		if within.Length() == 0 {
			continue
		}
		harm := float64(of.load.tally(within).Bad)
		if (&evidence{about: of}).latency() {
			if harm = 0; f.Ratio.Value != nil && *f.Ratio.Value > 1 {
				harm = *f.Ratio.Value
			}
		}
		if harm > most {
			worst, most = f, harm
		}
	}
	return worst
}

package scenarios

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/document"
)

// longestRow is how many faults one entry may become.
const longestRow = 100

// rows are the names that the faults of the entries get: an entry that repeats
// or goes over all has one for each of its row, and none itself.
func (l *loader) rows(entries document.Map[faultEntry]) []string {
	var names []string
	for i := range entries.Entries {
		e := &entries.Entries[i]
		n := e.Value.Repeat.V.count()
		switch {
		case e.Value.Roll.Given():
			if n = l.steps(e.Value); l.Cloud == nil {
				n = longestRow // as many as a cloud might have
			}
		case !e.Value.Repeat.Given() || n < 2 || n > longestRow:
			names = append(names, e.Name)
			continue
		}
		for k := range n {
			names = append(names, inRow(e.Name, k))
		}
	}
	return names
}

// inRow is the name of the k-th fault of a row, from 0.
func inRow(name string, k int) string { return fmt.Sprintf("%s-%d", name, k+1) }

// row is the faults that an entry stands for. One that repeats becomes as many
// as it says, each with a lease, a TTL and a budget of its own, as any other
// fault has: a fault is never made a second time.
func (l *loader) row(f *Fault) []*Fault {
	v := f.entry.Value.Repeat
	if f.entry.Value.Roll.Given() {
		return l.roll(f)
	}
	if !v.Given() || v.Node.Shape != document.Mapping || !l.repeats(f, v.V) {
		return []*Fault{f}
	}
	list := make([]*Fault, v.V.count())
	for k := range list {
		next := *f
		next.Name, next.Row, next.First, next.Same = inRow(f.Name, k), f.Name, inRow(f.Name, 0), v.V.Same && k > 0
		if k > 0 {
			next.Start = follows(f.Start, list[0], list[k-1], v.V, k)
		}
		if k > 0 && v.V.Steps.Given() {
			next.args = f.entry.Value.args(k)
			next.Fault, _ = kind(l, "fault", l.Catalogue.Faults, f.entry.Value.Fault, next.args)
			if f.Heals {
				l.healable(&next, v.V.Steps.V[k])
			}
		}
		list[k] = &next
	}
	return list
}

// follows is the start of the k-th fault of a row. Those that begin at a set
// time do so whatever becomes of the others.
func follows(base Start, first, before *Fault, v repeatEntry, k int) Start {
	wait := time.Duration(k) * v.Every.V
	switch {
	case v.Pause.Given():
		return Start{After: before.Name, Event: Recovered, Delay: v.Pause.V}
	case base.When != nil || base.Random > 0:
		return Start{After: first.Name, Event: Injected, Delay: wait}
	case base.After != "":
		return Start{After: base.After, Event: base.Event, Delay: base.Delay + wait}
	}
	return Start{At: base.At + wait}
}

// repeats checks what an entry says of its repetition.
func (l *loader) repeats(f *Fault, v repeatEntry) bool {
	known := len(l.report.Problems())
	if n := v.Times; n.Given() && n.Node.Shape == document.Scalar && n.Node.Text == fmt.Sprint(n.V) && (n.V < 2 || n.V > longestRow) {
		l.report.At(n.Node).Errorf("times: wants 2 to %d", longestRow)
	}
	if !v.Times.Given() && !v.Steps.Given() {
		l.report.At(f.entry.Value.Repeat.Node).Errorf("repeat: has neither times nor steps")
	}
	l.stepwise(v)
	switch {
	case v.Same && f.Target.Aim.Given():
		l.report.At(f.entry.Value.Repeat.Node.Get("same")).Errorf("same: whom the first one strikes, %s, is known only when it fires", f.Target.Aim)
	case v.Every.Given() && v.Pause.Given():
		l.report.At(v.Pause.Node.Key).Errorf("repeat: has either every or pause, not both")
	case !v.Every.Given() && !v.Pause.Given():
		l.report.At(f.entry.Value.Repeat.Node).Hint("every: 1m, or pause: 10s").Errorf("repeat: says nothing of when the next one starts")
	case v.Every.Given() && (v.Every.V > 0 || zero(v.Every.Node)) && v.Every.V <= f.Hold:
		l.report.At(v.Every.Node).Hint("pause: 10s starts the next one when this one has recovered").
			Errorf("every: the next one would start before this one, held for %v, is undone", f.Hold)
	}
	return len(l.report.Problems()) == known && v.count() >= 2
}

// stepwise checks the steps of a row.
func (l *loader) stepwise(v repeatEntry) {
	if !v.Steps.Given() || v.Steps.Node.Shape != document.Sequence {
		return
	}
	if n := len(v.Steps.V); n < 2 || n > longestRow {
		l.report.At(v.Steps.Node).Errorf("steps: wants 2 to %d", longestRow)
	}
	if n := len(v.Steps.V); v.Times.Given() && v.Times.V != n {
		l.report.At(v.Times.Node).Errorf("times: there are %d steps", n)
	}
	for _, step := range v.Steps.V {
		if step.Shape != document.Mapping {
			l.report.At(step).Hint("{share: 5%%}").Errorf("steps: wants arguments of the fault, each with its name")
		}
	}
}

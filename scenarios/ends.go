package scenarios

import (
	"cmp"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// lasting is a fault kind that can tell whether nothing but its undo ends it.
type lasting interface{ Lasting() bool }

// end reads what ends a fault: its time, or that the cloud has healed itself.
func (l *loader) end(f *Fault) {
	v := &f.entry.Value
	switch {
	case f.entry.Node.Shape != document.Mapping:
		return
	case v.Hold.Given() && v.End.Given():
		l.report.At(v.End.Node.Key).Errorf("%s has either hold or end, not both", f.Name)
	case !v.Hold.Given() && !v.End.Given():
		l.report.At(f.entry.Key).Hint("hold: 10s, or end: {self_healed: 2m}").Errorf("%s: hold is missing", f.Name)
	case v.Hold.Given() && zero(v.Hold.Node):
		l.report.At(v.Hold.Node).Hint("e.g. 10s; whatever is broken is undone after it").Errorf("hold: wants a duration above 0s")
	}
	l.tooLong("hold", v.Hold)
	if !v.End.Given() || v.End.Node.Shape != document.Mapping {
		return
	}
	if within := v.End.V.SelfHealed; within.Given() && zero(within.Node) {
		l.report.At(within.Node).Errorf("self_healed: wants a duration above 0s")
	}
	l.tooLong("self_healed", v.End.V.SelfHealed)
	f.Heals = l.healable(f, v.End.Node.Key)
	if v.End.V.When.Given() {
		f.Healed = l.live(v.End.V.When, true)
	}
}

// healable reports a fault whose end cannot be the cloud's own healing, at the end or at
// the step that makes it one.
func (l *loader) healable(f *Fault, at *document.Node) bool {
	if f.passes() {
		l.report.At(at).Hint("hold: 30s is for how long it is watched").
			Errorf("this %s is over by itself, which is nobody's healing", f.Kind)
		return false
	}
	if kept, ok := f.Fault.(lasting); ok && kept.Lasting() && !f.entry.Value.End.V.When.Given() {
		l.report.At(at).Hint("when: CONDITION says what the cloud's own healing is").
			Errorf("nothing but its undo ends this %s, so its targets cannot be healthy before", f.Kind)
		return false
	}
	return true
}

// tooLong reports a fault that would be kept for longer than is allowed: its
// node undoes it no sooner.
func (l *loader) tooLong(what string, d document.Value[time.Duration]) {
	if most := cmp.Or(l.LongestHold, DefaultLongestHold); d.Given() && d.V > most {
		l.report.At(d.Node).Hint("--longest-hold %v allows it, if it is meant", d.V).
			Errorf("%s: %v is longer than the %v for which a fault is kept at most", what, d.V, most)
	}
}

// heals says in words what the cloud's own healing is; empty where it ends
// nothing.
func (f *Fault) heals() string {
	switch {
	case !f.Heals:
		return ""
	case f.Healed != nil:
		return f.Healed.Source
	}
	return "its targets are healthy"
}

// least is for how long the fault is held at least: one that the cloud may heal ends
// whenever it does, and its hold is but how long that is waited for.
func (f *Fault) least() time.Duration {
	if f.Heals {
		return 0
	}
	return f.Hold
}

// passes tells that the fault's effect passes by itself, as it must.
func (f *Fault) passes() bool { return faults.Passing(f.Fault) }

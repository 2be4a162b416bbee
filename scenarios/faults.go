package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
)

func (l *loader) fault(e document.Named[faultEntry], phases Phases) *Fault {
	v := e.Value
	l.name("fault", e.Name, e.Key)
	f := &Fault{Name: e.Name, Kind: v.Fault.V, Target: v.Target.V, Hold: v.Hold.V, key: e.Key, target: v.Target.Node}
	f.Fault, _ = kind(l, "fault", l.Catalogue.Faults, v.Fault, v.Args)
	if v.Target.Given() {
		refs := l.selects(f.Target.Selector, v.Target.Node)
		l.enough(f, refs)
	}
	if v.Hold.Given() && zero(v.Hold.Node) {
		l.report.At(v.Hold.Node).Hint("e.g. 10s; whatever is broken is undone after it").Errorf("hold: wants a duration above 0s")
	}
	if e.Node.Shape == document.Mapping {
		f.Start = l.start(v.Start, f.Hold, phases)
	}
	return f
}

// enough reports a count that the cloud cannot meet whatever its state.
func (l *loader) enough(f *Fault, refs []inventory.Ref) {
	count := f.Target.Count
	switch n := count.V.Of(len(refs)); {
	case len(refs) == 0 || !count.Given():
	case n > len(refs):
		l.report.At(count.Node).Errorf("count: %d are asked for, and %s", n, fit(len(refs), f.Target.Selector))
	case n == 0:
		l.report.At(count.Node).Errorf("count: a %s of %d is none", count.V, len(refs))
	}
}

func fit(n int, s inventory.Selector) string {
	if n == 1 {
		return fmt.Sprintf("1 fits {%s}", s)
	}
	return fmt.Sprintf("%d fit {%s}", n, s)
}

func (l *loader) start(v document.Value[startEntry], hold time.Duration, phases Phases) Start {
	s := v.V
	if !v.Given() || v.Node.Shape != document.Mapping {
		return Start{}
	}
	var ways []*document.Node
	for _, n := range []*document.Node{s.At.Node, s.After.Node, s.When.Node} {
		if n != nil {
			ways = append(ways, n)
		}
	}
	switch len(ways) {
	case 0:
		l.report.At(v.Node).Hint("at: 5s, after: FAULT.undone or when: CONDITION").Errorf("start: says nothing of when")
	case 1:
	default:
		l.report.At(ways[1].Key).Errorf("start: has either at, after or when, not several of them")
	}
	l.belongs("after", s.After.Given(), s.Delay.Node)
	l.belongs("when", s.When.Given(), s.For.Node, s.Within.Node, s.Otherwise.Node)
	switch {
	case s.After.Given():
		name, event := l.after(s.After)
		return Start{After: name, Event: event, Delay: s.Delay.V}
	case s.When.Given():
		return l.when(s, hold, phases)
	}
	if s.At.Given() && !phases.UntilStopped && phases.Chaos > 0 && s.At.V >= phases.Chaos {
		l.report.At(s.At.Node).Errorf("at: %v lies beyond the chaos phase, which lasts %v", s.At.V, phases.Chaos)
	}
	return Start{At: s.At.V}
}

// belongs reports keys whose leading key is not there.
func (l *loader) belongs(to string, given bool, nodes ...*document.Node) {
	for _, n := range nodes {
		if n != nil && !given {
			l.report.At(n.Key).Errorf("%s belongs to %s", n.Key.Text, to)
		}
	}
}

func (l *loader) after(v document.Value[string]) (string, Event) {
	if !readable(v) {
		return "", ""
	}
	dot := strings.LastIndex(v.V, ".")
	if dot < 0 {
		l.report.At(v.Node).Hint("%s.injected, %s.undone or %s.recovered", v.V, v.V, v.V).Errorf("after: says nothing of what is waited for")
		return v.V, ""
	}
	name, event := v.V[:dot], v.V[dot+1:]
	l.known(l.report.At(v.Node), "fault", name, l.names.faults)
	l.known(l.report.At(v.Node).Inside(dot+1), "event", event, []string{string(Injected), string(Undone), string(Recovered)})
	return name, Event(event)
}

func (l *loader) when(s startEntry, hold time.Duration, phases Phases) Start {
	start := Start{When: l.live(s.When, true), For: s.For.V, Within: s.Within.V, Otherwise: Skip}
	if s.Otherwise.Given() && l.word(s.Otherwise, "alternative", string(Skip), string(Fail), string(Fire)) {
		start.Otherwise = Otherwise(s.Otherwise.V)
	}
	if start.When != nil && start.When.For > 0 {
		if s.For.Given() {
			l.report.At(s.For.Node.Key).Errorf("for stands twice: here and at the end of the condition")
		}
		start.For = start.When.For
	}
	switch {
	case phases.UntilStopped && !s.Within.Given():
		l.report.At(s.When.Node.Key).Errorf("when needs within, as the chaos phase has no end")
	case phases.UntilStopped || phases.Chaos == 0:
	case !s.Within.Given():
		start.Within = max(0, phases.Chaos-hold)
	case s.Within.V > phases.Chaos:
		l.report.At(s.Within.Node).Errorf("within: %v lies beyond the chaos phase, which lasts %v", s.Within.V, phases.Chaos)
	}
	if at := s.Within.Node; at != nil && s.Within.V > 0 && start.For > s.Within.V {
		l.report.At(at).Errorf("within: the condition must hold for %v, which is longer than %v", start.For, s.Within.V)
	}
	return start
}

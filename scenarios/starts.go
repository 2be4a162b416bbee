package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
)

// start reads what lets a fault begin.
func (l *loader) start(v document.Value[startEntry], hold time.Duration, phases Phases) Start {
	s := v.V.Trigger
	if !v.Given() || v.Node.Shape != document.Mapping {
		return Start{}
	}
	ways := s.ways(v.V.Random.Node)
	if len(ways) == 0 {
		l.report.At(v.Node).Hint("at: 5s, after: FAULT.undone or when: CONDITION; what comes again and again has repeat: {times: 3, every: 1m} beside start").Errorf("start: says nothing of when")
	}
	l.oneWay(s, ways, "start: has either at, after, when, iteration or random, not several of them")
	if v.V.Random.Given() && !s.After.Given() && !s.When.Given() && !s.Iteration.Given() {
		l.belongs("after", false, s.Delay.Node)
		l.belongs("when", false, s.For.Node, s.Within.Node, s.Otherwise.Node)
		return Start{Random: l.random(v.V.Random, phases)}
	}
	return l.trigger(s, hold, phases)
}

// ways are the keys of what is waited for that are given, with another one.
func (s *triggerEntry) ways(other *document.Node) []*document.Node {
	return slices.DeleteFunc([]*document.Node{s.At.Node, s.After.Node, s.When.Node, s.Iteration.Node, other},
		func(n *document.Node) bool { return n == nil })
}

// oneWay reports several of them but after and when, which go together.
func (l *loader) oneWay(s triggerEntry, ways []*document.Node, wrong string) {
	if gated := s.After.Given() && s.When.Given(); len(ways) > 1 && (!gated || len(ways) > 2) {
		l.report.At(ways[1].Key).Hint("after and when go together").Errorf("%s", wrong)
	}
}

// trigger reads what is waited for, by a fault or by a load, for which hold is
// nothing.
func (l *loader) trigger(s triggerEntry, hold time.Duration, phases Phases) Start {
	l.belongs("after", s.After.Given(), s.Delay.Node)
	l.belongs("when", s.When.Given(), s.For.Node)
	l.belongs("when", s.When.Given() || s.Iteration.Given(), s.Within.Node, s.Otherwise.Node)
	switch {
	case s.After.Given():
		var start Start
		if s.When.Given() {
			start = l.when(s, l.live(s.When, true), s.When.Node.Key, hold, phases)
		}
		start.After, start.Event = l.after(s.After)
		start.Delay = s.Delay.V
		return start
	case s.When.Given():
		return l.when(s, l.live(s.When, true), s.When.Node.Key, hold, phases)
	case s.Iteration.Given():
		return l.when(s, l.iteration(s.Iteration), s.Iteration.Node.Key, hold, phases)
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

func (l *loader) when(s triggerEntry, condition *conditions.Program, key *document.Node, hold time.Duration, phases Phases) Start {
	start := Start{When: condition, For: s.For.V, Within: s.Within.V, Otherwise: Skip}
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
		l.report.At(key).Errorf("%s needs within, as the chaos phase has no end", key.Text)
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

// iteration is a condition over the count of a load's iterations.
func (l *loader) iteration(v document.Value[iterationStart]) *conditions.Program {
	load, n := v.V.Load, v.V.N
	if !readable(load) || !n.Given() {
		return nil
	}
	l.known(l.report.At(load.Node), "load", load.V, l.names.loads)
	if n.V < 1 {
		if n.Node.Shape == document.Scalar && n.Node.Text == fmt.Sprint(n.V) {
			l.report.At(n.Node).Errorf("n: wants at least 1")
		}
		return nil
	}
	program, err := conditions.Compile(fmt.Sprintf("iterations(%q) >= %d", load.V, n.V), LiveFunctions(nil), conditions.Condition)
	if err != nil {
		l.report.At(load.Node).Errorf("iteration: %v", err)
		return nil
	}
	return program
}

// random reads how late a random start may be.
func (l *loader) random(v document.Value[randomStart], phases Phases) time.Duration {
	within := v.V.Within
	switch {
	case !within.Given():
	case zero(within.Node):
		l.report.At(within.Node).Errorf("within: wants a duration above 0s")
	case !phases.UntilStopped && phases.Chaos > 0 && within.V > phases.Chaos:
		l.report.At(within.Node).Errorf("within: %v lies beyond the chaos phase, which lasts %v", within.V, phases.Chaos)
	}
	return within.V
}

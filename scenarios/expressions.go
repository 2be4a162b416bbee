package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/document"
)

// live compiles a condition over live signals. It is nil when there is a
// problem with it.
func (l *loader) live(v document.Value[string], mayHold bool) *conditions.Program {
	if !readable(v) {
		return nil
	}
	program, err := conditions.Compile(v.V, LiveFunctions(l.allSignals()), conditions.Condition)
	if err != nil {
		l.wrong(v.Node, err)
		return nil
	}
	if program.For > 0 && !mayHold {
		l.report.At(v.Node).Errorf("a steady-state check is made once and cannot hold `for` a time")
	}
	l.calls(v.Node, program.Calls())
	l.windowed(v.Node, program.Calls(), mayHold)
	for _, call := range program.Calls() {
		if _, is := LivePercentile(call.Function); is {
			l.percentiles = append(l.percentiles, livePercentile{v.Node, call})
		}
	}
	return program
}

// The longest windows: of a steady-state check, which is asked for ten seconds, and of
// others, since all that was read in a window is kept.
const (
	steadyWindow  = 5 * time.Second
	longestWindow = time.Hour
)

// windowed reports a rate of what has none, windows that are never whole or of what
// several collectors read, and keeps for how long a signal has to be remembered.
func (l *loader) windowed(at *document.Node, calls []conditions.Call, mayHold bool) {
	for _, call := range calls {
		window, ok := call.Arg("window")
		name, _ := call.Arg("name")
		if !ok || name.Kind != conditions.SignalName {
			continue
		}
		switch {
		case !mayHold && window.Duration > steadyWindow:
			l.inside(at, window.Offset).Errorf("a steady-state check is asked for 10s and is not known before its window was read: %s is the longest here", steadyWindow)
		case window.Duration > longestWindow:
			l.inside(at, window.Offset).Errorf("a window is at most %s", longestWindow)
		}
		if node := l.readTwice(name.Text); node != "" {
			l.inside(at, name.Offset).Errorf("several collectors read %s of %s, and each of its values would be in the window once for each", name.Text, node)
		}
		l.windows[name.Text] = max(l.windows[name.Text], window.Duration)
		info := slices.IndexFunc(l.allSignals(), func(s collectors.SignalInfo) bool { return s.Name == name.Text })
		if call.Function == "rate" && info >= 0 && l.allSignals()[info].Kind == collectors.Gauge {
			l.inside(at, name.Offset).Hint("avg_over(%q, …) is its mean", name.Text).Errorf("%s is a gauge, and has no rate: its values are not what came, since the one before or in all", name.Text)
		}
	}
}

// readTwice is a node of which two collectors read a signal; empty where there is none.
func (l *loader) readTwice(signal string) string {
	read := map[string]bool{}
	for _, c := range l.watching {
		if l.Cloud == nil || c.Collector == nil || !slices.ContainsFunc(c.Collector.Signals(), func(s collectors.SignalInfo) bool { return s.Name == signal }) {
			continue
		}
		refs, _ := l.Cloud.Select(c.On) // what is wrong with it is reported where it is
		own := map[string]bool{}
		for _, ref := range refs {
			if read[ref.Node] {
				return ref.Node
			}
			own[ref.Node] = true
		}
		maps.Copy(read, own)
	}
	return ""
}

// throughout reports a signal that of some node only such collectors read as begin or end
// within the run, where it is asked for at other times too.
func (l *loader) throughout(at *document.Node, condition *conditions.Program, otherwise string) {
	for _, call := range condition.Calls() {
		name, ok := call.Arg("name")
		if !ok || name.Kind != conditions.SignalName {
			continue
		}
		if reader, of := l.inPart(name.Text, call); reader != nil {
			l.inside(at, name.Offset).Hint("a second collector without start and end reads it in all of the run").Errorf("%s%s is read in a part of the run only, by %s: %s", name.Text, of, reader.Name, otherwise)
		}
	}
}

// inPart is a collector that begins or ends within the run and reads a signal that a call
// asks for, and the node of which nobody else reads it; nil where all is read throughout.
func (l *loader) inPart(signal string, call conditions.Call) (reader *Collector, of string) {
	always := map[string]bool{}
	var parts []*Collector
	for _, c := range l.watching {
		if c.Collector == nil || !slices.ContainsFunc(c.Collector.Signals(), func(s collectors.SignalInfo) bool { return s.Name == signal }) {
			continue
		}
		if c.Waits() {
			parts = append(parts, c)
			continue
		}
		for _, node := range l.nodesOf(c) {
			always[node] = true
		}
	}
	for _, c := range parts {
		for _, node := range l.nodesOf(c) {
			if !always[node] && asksFor(call, node) {
				if len(always) > 0 {
					of = " of " + node
				}
				return c, of
			}
		}
	}
	return nil, ""
}

// nodesOf are those that a collector looks at; one without a name where they are not known
// or it is asked from here.
func (l *loader) nodesOf(c *Collector) (nodes []string) {
	if l.Cloud == nil || c.Direct() {
		return []string{""}
	}
	refs, _ := l.Cloud.Select(c.On) // what is wrong with it is reported where it is
	for _, ref := range refs {
		nodes = append(nodes, ref.Node)
	}
	return nodes
}

// asksFor tells whether a call may ask for a signal of a node.
func asksFor(call conditions.Call, node string) bool {
	for _, a := range call.Args {
		if a.Kind == conditions.NodeName && a.Text != node {
			return false
		}
		if only, named := a.Labels["node"]; named && only != node {
			return false
		}
	}
	return true
}

func readable(v document.Value[string]) bool {
	return v.Given() && v.Node.Shape == document.Scalar
}

func (l *loader) wrong(at *document.Node, err error) {
	var problem *conditions.Error
	if !errors.As(err, &problem) {
		l.report.At(at).Errorf("%v", err)
		return
	}
	l.inside(at, problem.Offset).Hint("%s", problem.Hint).Errorf("%s", problem.Message)
	l.calls(at, problem.Calls)
}

// inside is the place of a byte of an expression.
func (l *loader) inside(at *document.Node, offset int) *document.Place {
	return l.report.At(at).Inside(utf8.RuneCountInString(at.Text[:min(offset, len(at.Text))]))
}

// allSignals are those that some collector of the catalogue publishes, so that
// a signal has its unit even where its collector is forgotten.
func (l *loader) allSignals() []collectors.SignalInfo {
	all := slices.Clone(l.signals)
	for _, kind := range l.Catalogue.Collectors.Names() {
		all = append(all, l.kinds[kind]...)
	}
	return all
}

// calls checks every name that an expression gives against what is declared.
func (l *loader) calls(at *document.Node, calls []conditions.Call) {
	for _, call := range calls {
		for _, a := range call.Args {
			place := l.inside(at, a.Offset)
			switch a.Kind {
			case conditions.LoadName:
				l.named(place, "load", call, a, l.names.loads)
			case conditions.FaultName:
				l.named(place, "fault", call, a, l.names.faults)
			case conditions.PhaseName:
				l.known(place, "phase", a.Text, record.Phases())
			case conditions.SignalName:
				l.signal(place, a.Text)
			case conditions.NodeName:
				l.node(place, a.Text)
				l.onNodes(place, call.Text("name"))
			case conditions.ServiceName:
				l.service(place, a.Text)
			case conditions.Labels:
				l.labels(place, call.Text("name"), a.Labels)
			default: // texts, durations and numbers name nothing
			}
		}
	}
}

func (l *loader) known(place *document.Place, what, name string, known []string) {
	if !slices.Contains(known, name) {
		place.Unknown(what, name, known)
	}
}

// named reports a load or fault that the scenario does not have; what another run has is not
// known here.
func (l *loader) named(place *document.Place, what string, call conditions.Call, name conditions.Argument, known []string) {
	switch {
	case call.Run != "":
	case !name.Any:
		l.known(place, what, name.Text, known)
	case len(known) == 0:
		place.Errorf("the scenario has no %s", what)
	}
}

func (l *loader) node(place *document.Place, name string) {
	if l.Cloud != nil && l.Cloud.NodeByName(name) == nil {
		var known []string
		for _, n := range l.Cloud.Nodes {
			known = append(known, n.Name)
		}
		place.Unknown("node", name, known)
	}
}

func (l *loader) service(place *document.Place, name string) {
	if l.Cloud != nil && l.Cloud.ServiceByName(name) == nil {
		var known []string
		for _, s := range l.Cloud.Services {
			known = append(known, s.Name)
		}
		place.Unknown("service", name, known)
	}
}

// entry is a collector of a kind as a scenario has it.
func (l *loader) entry(kind string) string {
	known, _ := l.Catalogue.Collectors.Lookup(kind)
	if _, direct := known.New().(collectors.Direct); direct {
		return fmt.Sprintf("%s: {kind: %s}", kind, kind)
	}
	return fmt.Sprintf("%s: {kind: %s, on: {…}}", kind, kind)
}

// signal reports a signal that no collector of the scenario publishes.
func (l *loader) signal(place *document.Place, name string) {
	var known []string
	for _, s := range l.signals {
		if s.Name == name {
			return
		}
		known = append(known, s.Name)
	}
	for _, kind := range l.Catalogue.Collectors.Names() {
		for _, s := range l.kinds[kind] {
			if s.Name == name {
				place.Hint("add to collectors: %s", l.entry(kind)).Errorf("no collector of this scenario publishes %s", name)
				return
			}
			known = append(known, s.Name)
		}
	}
	place.Unknown("signal", name, slices.Compact(slices.Sorted(slices.Values(known))))
}

// onNodes reports a signal of which there are no series of a node.
func (l *loader) onNodes(place *document.Place, signal string) {
	for _, s := range l.signals {
		if s.Name == signal && !slices.Contains(s.Labels, "node") {
			place.Hint("%s", orNone(s.Labels)).Errorf("%s is not of a node", signal)
			return
		}
	}
}

// orNone says which labels a signal has.
func orNone(labels []string) string {
	if len(labels) == 0 {
		return "it has one series, without labels"
	}
	return "its labels are " + strings.Join(labels, ", ")
}

func (l *loader) labels(place *document.Place, signal string, labels map[string]string) {
	for _, s := range l.allSignals() {
		if s.Name != signal {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			switch {
			case !slices.Contains(s.Labels, key):
				place.Hint("%s", document.Suggest(key, s.Labels)).Errorf("%s has no label %q", signal, key)
			case key == "node":
				l.node(place, labels[key])
			case key == "service":
				l.service(place, labels[key])
			}
		}
		return
	}
}

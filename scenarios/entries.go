package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
)

// What the chaos phase may last until, beside its time.
const (
	untilStopped    = "stopped"
	untilLoadsEnded = "loads_ended"
)

func (l *loader) phases(v document.Value[phases]) Phases {
	p := Phases{Warmup: v.V.Warmup, Baseline: v.V.Baseline, Chaos: v.V.Chaos.V, Recovery: v.V.Recovery}
	switch {
	case !v.Given():
	case v.V.Until.Given() && v.V.Until.V == untilLoadsEnded:
		p.UntilLoadsEnded = true
		if !v.V.Chaos.Given() {
			l.report.At(v.V.Until.Node.Key).Hint("chaos: 10m").Errorf("phases: chaos is missing, the longest that is waited for the loads")
		}
	case v.V.Until.Given():
		p.UntilStopped = l.word(v.V.Until, "end", untilStopped, untilLoadsEnded)
		if v.V.Chaos.Given() {
			l.report.At(v.V.Chaos.Node.Key).Errorf("chaos has either a length or an end, not both")
		}
	case !v.V.Chaos.Given():
		l.report.At(v.Node.Key).Hint("chaos: 30s, or until: stopped").Errorf("phases: chaos is missing")
	case v.V.Chaos.Node.Shape == document.Scalar && p.Chaos == 0 && zero(v.V.Chaos.Node):
		l.report.At(v.V.Chaos.Node).Errorf("chaos: wants a duration above 0s")
	}
	return p
}

// zero tells a duration that was written as none, from one that could not be
// read and has been reported.
func zero(n *document.Node) bool {
	d, err := time.ParseDuration(n.Text)
	return err == nil && d == 0 && n.Text != "0"
}

// UnmarshalDocument decodes over the defaults of a load.
func (e *loadEntry) UnmarshalDocument(report *document.Reporter, node *document.Node) {
	type plain loadEntry
	p := plain{Spec: loadgen.DefaultSpec()}
	known := len(report.Problems())
	report.Decode(node, &p)
	*e = loadEntry(p)
	if len(report.Problems()) > known {
		return // what could not be read would be found wrong a second time
	}
	for _, wrong := range p.Spec.Validate() {
		at := node
		for key := range strings.SplitSeq(wrong.Field, ".") {
			if below := at.Find(key); below != nil {
				at = below
			}
		}
		if at == node {
			at = node.Key
		}
		report.At(at).Errorf("%s: %s", wrong.Field, wrong.Message)
	}
}

// Names of the record's signals that no collector of a scenario has: a file of the record
// would have two sources.
const (
	FiguresName = "figures"    // what loads measure beside times
	HealthName  = "redundancy" // the health of services, which the budget needs
)

func (l *loader) collector(e document.Named[collectEntry]) *Collector {
	v := e.Value
	l.name("collector", e.Name, e.Key)
	if e.Name == FiguresName || e.Name == HealthName {
		l.report.At(e.Key).Errorf("a collector is not named %s: the record keeps under it what every run has", e.Name)
	}
	c := &Collector{Name: e.Name, Kind: v.Kind.V, Every: time.Second, On: v.On.V, on: v.On.Node}
	collector, ok := kind(l, "collector", l.Catalogue.Collectors, v.Kind, v.Args)
	if ok {
		c.Collector = collector
		l.place(e, c)
		if err := collectors.Check(collector); err != nil {
			l.report.At(v.Kind.Node).Errorf("%s: %v", v.Kind.V, err)
		}
		if sited, ok := collector.(collectors.Sited); ok && l.Cloud != nil {
			for _, err := range each(sited.Place(l.Cloud)) {
				l.report.At(blamed(err, v.Kind.Node, v.Args)).Errorf("%s: %v", v.Kind.V, err)
			}
		}
		for _, s := range collector.Signals() {
			l.onceDeclared(v.Kind.Node, s, collector)
			l.signals, l.publishers = append(l.signals, s), append(l.publishers, collector)
		}
	}
	l.watching = append(l.watching, c)
	if c.Direct() {
		c.Every = directEvery
	}
	if v.Every.Given() {
		c.Every = v.Every.V
		if zero(v.Every.Node) {
			l.report.At(v.Every.Node).Errorf("every: wants a duration above 0s")
		}
	}
	if v.On.Given() && !c.Direct() {
		l.selects(v.On.V, v.On.Node)
	}
	return c
}

// place reports a collector of nodes that is on none, and one that is asked from here
// and is on some.
func (l *loader) place(e document.Named[collectEntry], c *Collector) {
	switch given := e.Value.On.Given(); {
	case c.Direct() && given:
		l.report.At(e.Value.On.Node.Key).Errorf("%s is asked from where Eris runs, and is on no node", c.Kind)
	case !c.Direct() && !given:
		l.report.At(e.Key).Errorf("%s: on is missing", e.Name)
	}
}

// directEvery is the interval of who is asked from here where none is given: a list of
// everything is no small question.
const directEvery = 5 * time.Second

// onceDeclared reports a signal that another collector of the scenario publishes with
// another unit or other labels, or from here and perhaps of the same: one of them would
// be read as the other.
func (l *loader) onceDeclared(at *document.Node, s collectors.SignalInfo, by collectors.Collector) {
	for i, other := range l.signals {
		if other.Name != s.Name {
			continue
		}
		if other.Unit != s.Unit || other.Kind != s.Kind || !slices.Equal(other.Labels, s.Labels) {
			l.report.At(at).Errorf("another collector publishes %s with another unit or kind or other labels", s.Name)
			return
		}
		if fromHere(by) != fromHere(l.publishers[i]) || fromHere(by) && !apart(by, l.publishers[i], s) {
			l.report.At(at).Errorf("another collector publishes %s, too, and nothing tells its series apart", s.Name)
			return
		}
	}
}

func fromHere(c collectors.Collector) bool {
	_, direct := c.(collectors.Direct)
	return direct
}

// apart tells whether a label has the server that each of two collectors asks, and they
// do not ask the same.
func apart(a, b collectors.Collector, s collectors.SignalInfo) bool {
	first, ok := a.(collectors.OfServer)
	second, also := b.(collectors.OfServer)
	return ok && also && slices.Contains(s.Labels, "server") && first.Server() != second.Server()
}

// selects reports a selector that is empty, or that fits nothing in the cloud.
func (l *loader) selects(s inventory.Selector, at *document.Node) []inventory.Ref {
	if at.Shape != document.Mapping || (l.Cloud == nil && !s.Empty()) {
		return nil
	}
	cloud := l.Cloud
	if cloud == nil {
		cloud = &inventory.Cloud{}
	}
	refs, err := cloud.Select(s)
	if wrong, ok := errors.AsType[*inventory.SelectError](err); ok {
		wrong.Report(l.report, at)
	}
	return refs
}

func (l *loader) check(n *document.Node) Check {
	if n.Shape != document.Mapping {
		expression := document.Value[string]{}
		l.report.Decode(n, &expression)
		condition := l.live(expression, false)
		if condition != nil {
			l.throughout(n, condition, "the steady state is asked for before the loads and after the recovery")
		}
		return Check{Expression: expression.V, Condition: condition}
	}
	var entry struct {
		Check checkEntry `yaml:"check" required:"true"`
	}
	l.report.Decode(n, &entry)
	v := entry.Check
	c := Check{Kind: v.Workload.V, Within: v.Within.V, Expression: fmt.Sprintf("%s within %v", v.Workload.V, v.Within.V)}
	c.Workload, _ = kind(l, "workload", l.Catalogue.Workloads, v.Workload, v.Args)
	if v.Within.Given() && zero(v.Within.Node) {
		l.report.At(v.Within.Node).Errorf("within: wants a duration above 0s")
	}
	return c
}

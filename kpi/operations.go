package kpi

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/openstack-eris/eris/collectors/record"
)

// operationsMost is how many operations of a load are told apart; those that come later are
// one together.
const operationsMost = 200

// otherOperations is the name of those together.
const otherOperations = "(others)"

// Operation is a named part of a load's iterations, as one call of an API or one test of a
// program, over the whole run but its warm-up. Count = Succeeded + Failed + Aborted; what the
// run's own end cut is Aborted. Times are of what succeeded, each from the operation's own start.
type Operation struct {
	Name      string           `json:"name"`
	Count     int64            `json:"count"`
	Succeeded int64            `json:"succeeded"`
	Failed    int64            `json:"failed"`
	Aborted   int64            `json:"aborted"`
	Classes   map[string]int64 `json:"classes,omitempty"` // failures by class
	// Windows are "all" of them, those of the "baseline", and those that began while a fault
	// was "held"; one without any is left out.
	Windows map[string]Window `json:"windows"`
}

// operations are those of one load.
type operations struct {
	counted  map[string]*counted
	met      map[string]*counted // by the name as the load said it
	order    []string            // as they were met first
	warm     time.Duration
	baseline Span
	held     []Span
}

type counted struct {
	Operation
	windows map[string]*latencies
}

func newOperations(h history) *operations {
	o := &operations{counted: map[string]*counted{}, met: map[string]*counted{}}
	for _, p := range h.phases {
		switch p.Name {
		case record.Warmup:
			o.warm = p.To
		case record.Baseline:
			o.baseline = p.Span
		}
	}
	for i := range h.faults {
		if held, ok := h.faults[i].Held(h.end); ok {
			o.held = append(o.held, held)
		}
	}
	return o
}

// take counts an operation.
func (o *operations) take(s record.Sample) {
	if s.Started < o.warm {
		return
	}
	of := o.of(s.Operation)
	of.Count++
	switch s.Class {
	case record.OK:
		of.Succeeded++
	case record.Aborted:
		of.Aborted++
		return
	default:
		of.Failed++
		if of.Classes == nil {
			of.Classes = map[string]int64{}
		}
		of.Classes[s.Class.String()]++
		return
	}
	of.add("all", s.End-s.Started)
	if o.baseline.Has(s.Started) {
		of.add("baseline", s.End-s.Started)
	}
	if slices.ContainsFunc(o.held, func(held Span) bool { return held.Has(s.Started) }) {
		of.add("held", s.End-s.Started)
	}
}

func (o *operations) of(name string) *counted {
	of := o.met[name]
	if of != nil {
		return of
	}
	said := name
	if name = record.OneLine(name, record.IDMost); len(o.order) >= operationsMost {
		name = otherOperations
	}
	if len(o.met) < 10*operationsMost { // of those that are met once each nobody needs to remember
		defer func() { o.met[said] = of }()
	}
	if of = o.counted[name]; of == nil {
		of = &counted{Operation: Operation{Name: name}, windows: map[string]*latencies{}}
		o.counted[name] = of
		o.order = append(o.order, name)
	}
	return of
}

func (c *counted) add(window string, d time.Duration) {
	if c.windows[window] == nil {
		c.windows[window] = &latencies{}
	}
	c.windows[window].add(d)
}

// list is all of them, as they were met first.
func (o *operations) list() []Operation {
	var all []Operation
	for _, name := range o.order {
		of := o.counted[name]
		of.Windows = map[string]Window{}
		for window, l := range of.windows {
			of.Windows[window] = windowOf(&answers{l.histogram(), newHistogram()})
		}
		all = append(all, of.Operation)
	}
	return all
}

// fewMost is how many latencies are kept as they are: a histogram takes more room.
const fewMost = 1000

// latencies are those of a window of an operation, of which there may be many windows with few.
type latencies struct {
	few []time.Duration
	all *histogram
}

func (l *latencies) add(d time.Duration) {
	if l.all == nil && len(l.few) < fewMost {
		l.few = append(l.few, d)
		return
	}
	if l.all == nil {
		l.all, l.few = l.histogram(), nil
	}
	l.all.add(d)
}

func (l *latencies) histogram() *histogram {
	if l.all != nil {
		return l.all
	}
	h := &histogram{hdr: hdrhistogram.New(1, (10 * time.Hour).Microseconds(), 2)} // 1 % off, in an eighth of the room
	for _, d := range l.few {
		h.add(d)
	}
	return h
}

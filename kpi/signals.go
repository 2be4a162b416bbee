package kpi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Signal is what collectors read of one name, at most signalPoints points a
// line, for charts.
type Signal struct {
	Name  string
	Unit  string // empty where the record does not have it
	Step  time.Duration
	Lines []SignalLine
	// Load tells that loads have measured it.
	Load bool
	// Left is how many lines more there were than are kept.
	Left int
}

// SignalLine is one set of labels. A point is what was read in a step; nil where that was
// nothing.
type SignalLine struct {
	Label  string
	Points []*Extent
}

// Extent is from the least to the most of what was read.
type Extent struct{ Low, High float64 }

// And is the extent of two; nil stands for nothing.
func (e *Extent) And(other *Extent) *Extent {
	switch {
	case e == nil:
		return other
	case other == nil:
		return e
	}
	return &Extent{min(e.Low, other.Low), max(e.High, other.High)}
}

const (
	signalPoints = 300
	signalLines  = 6 // of one signal
)

// readSignals thins the readings to what a chart can show: the least and the most of each
// step, so that nothing which lasted for less than a step is lost. Beside it are the changes of those that tell what stood behind failures.
func readSignals(rec Record, end time.Duration) (list []Signal, told traces, err error) {
	if rec.Signals == nil {
		return nil, told, nil
	}
	step := max((end/signalPoints + time.Second - 1).Truncate(time.Second), time.Second)
	n := int(end/step) + 1
	signals := map[string]map[string][]*Extent{}
	left := map[string]map[string]bool{}
	ofLoads, units := map[string]bool{}, map[string]string{}
	hurt := struckIn(rec)
	for r, err := range rec.Signals() {
		if err != nil {
			return nil, told, fmt.Errorf("read signals: %w", err)
		}
		told.take(r)
		i := int(r.At / step)
		if r.At < 0 || i >= n {
			continue
		}
		units[r.Signal] = cmp.Or(r.Unit, units[r.Signal])
		ofLoads[r.Signal] = ofLoads[r.Signal] || r.Labels["load"] != ""
		lines, label := signals[r.Signal], labelOf(r)
		if lines == nil {
			lines = map[string][]*Extent{}
			signals[r.Signal], left[r.Signal] = lines, map[string]bool{}
		}
		if lines[label] == nil {
			if len(lines) >= signalLines {
				out := hurt.out(lines, label, r)
				left[r.Signal][out] = true
				if out == label {
					continue
				}
				delete(lines, out)
			}
			lines[label] = make([]*Extent, n)
			hurt.note(label, r)
		}
		lines[label][i] = lines[label][i].And(&Extent{r.Value, r.Value})
	}
	if told.back != "" {
		return nil, told, fmt.Errorf("read signals of %s: they go back in time", told.back)
	}
	for _, name := range slices.Sorted(maps.Keys(signals)) {
		s := Signal{Name: name, Unit: units[name], Step: step, Load: ofLoads[name], Left: len(left[name])}
		for label, points := range signals[name] {
			s.Lines = append(s.Lines, SignalLine{label, points})
		}
		slices.SortFunc(s.Lines, func(a, b SignalLine) int { return cmp.Compare(a.Label, b.Label) })
		list = append(list, s)
	}
	return list, told, nil
}

// hurt is what the faults struck, whose lines are kept before others, and the labels of these.
type hurt struct {
	targets map[record.Target]bool
	labels  map[string]bool
}

// struckIn are the targets of all faults, also those that were chosen when they fired.
func struckIn(rec Record) hurt {
	h := hurt{map[record.Target]bool{}, map[string]bool{}}
	for _, f := range rec.Meta.Faults {
		for _, t := range f.Targets {
			h.targets[t] = true
		}
	}
	for _, e := range rec.Events {
		if e.Target != nil {
			h.targets[e.Target.Target] = true
		}
	}
	return h
}

// of tells whether a reading is of a target: of the node, and of the service where it is of one.
func (h hurt) of(r record.Reading) bool {
	for t := range h.targets {
		if t.Node == r.Labels["node"] && (t.Service == "" || r.Labels["service"] == "" || t.Service == r.Labels["service"]) {
			return true
		}
	}
	return false
}

func (h hurt) note(label string, r record.Reading) {
	if h.of(r) {
		h.labels[label] = true
	}
}

// out is which line is not kept where there is one too many: one of what no fault struck, if there
// is any, the last in order; or else the new one.
func (h hurt) out(lines map[string][]*Extent, label string, r record.Reading) string {
	if !h.of(r) {
		return label
	}
	for _, other := range slices.Backward(slices.Sorted(maps.Keys(lines))) {
		if !h.labels[other] {
			return other
		}
	}
	return label
}

// labelOf is a reading's labels in one word, the node first.
func labelOf(r record.Reading) string {
	var rest []string
	for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
		if k != "node" {
			rest = append(rest, r.Labels[k])
		}
	}
	if node := r.Labels["node"]; node != "" {
		rest = append([]string{node}, rest...)
	}
	return strings.Join(rest, " ")
}

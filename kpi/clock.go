package kpi

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// NodeClock is a node's clock held against the run's, over the run. Stamps of the node are
// corrected by it when they are written down; here is how it went.
type NodeClock struct {
	Node string `json:"node"`
	// OffsetMS is by how much the run's clock was ahead of the node's, by the measurement that
	// leaves the least open since the node's clock was last set, and BoundMS how far off that
	// may be.
	OffsetMS float64 `json:"offset_ms"`
	BoundMS  float64 `json:"bound_ms"`
	N        int     `json:"n"` // measurements in the record
	// DriftPPM is how much faster the run's clock went than the node's, in millionths, as a
	// mean from the first measurement to the last between which nobody set the clock; null
	// where there are not two.
	DriftPPM  *float64    `json:"drift_ppm"`
	DriftLow  *float64    `json:"drift_low_ppm"`
	DriftHigh *float64    `json:"drift_high_ppm"`
	Steps     []ClockStep `json:"steps,omitempty"`
	// Unread is why it could not be read, the last time that it was not. Of one that was never
	// read, with an N of 0, nothing else is told.
	Unread string `json:"unread,omitempty"`
}

// ClockStep is that a clock was set: two measurements of it cannot be of one that was not.
type ClockStep struct {
	FromMS float64 `json:"from_ms"` // the measurement before
	ToMS   float64 `json:"to_ms"`   // and after
	ByMS   float64 `json:"by_ms"`   // by how much the node's clock was put forward; less than 0: back
	// Told is that the node's uptime tells which stamps were made before and after it: then
	// they are right all the same.
	Told bool `json:"told"`

	span Span
}

// stampAt is a moment that a node has stamped.
type stampAt struct {
	fault, node string
	state       record.FaultState
	at, bound   time.Duration
}

// toldStep is by how much a clock has to be set for its uptime to tell: the two are read one
// after the other. It is that of package faults, which corrects stamps.
const toldStep = time.Second

// clock takes a measurement of one, or why there is none.
func (h *history) clock(e record.ClockEvent) {
	if e.Error != "" {
		h.unread = append(h.unread, e)
	} else {
		h.clocks = append(h.clocks, e)
	}
}

// nodeClocks are the clocks of nodes in the order in which they were measured first. Records
// of before each measurement was told apart have their newest, of which no drift is known.
func (h *history) nodeClocks() []NodeClock {
	var order []string
	all := map[string][]record.ClockEvent{}
	for _, e := range h.clocks {
		if all[e.Node] == nil {
			order = append(order, e.Node)
		} else if last := all[e.Node][len(all[e.Node])-1]; e.Taken != 0 && e == last {
			continue // one that is told again is no second one
		}
		all[e.Node] = append(all[e.Node], e)
	}
	var clocks []NodeClock
	for _, node := range order {
		clocks = append(clocks, nodeClock(node, all[node]))
	}
	for _, e := range h.unread {
		n := slices.IndexFunc(clocks, func(c NodeClock) bool { return c.Node == e.Node })
		if n < 0 {
			n, clocks = len(clocks), append(clocks, NodeClock{Node: e.Node})
		}
		clocks[n].Unread = e.Error
	}
	return clocks
}

func nodeClock(node string, events []record.ClockEvent) NodeClock {
	best := events[0]
	c := NodeClock{Node: node, N: len(events)}
	var sights, longest record.ClockSights
	var before record.ClockEvent
	for _, e := range events {
		if e.Taken == 0 { // it stands for several
			best = e
			continue
		}
		sight := record.ClockSight{Node: e.Taken - e.Offset, Low: e.Offset - e.Bound, High: e.Offset + e.Bound}
		next, meets := sights.Add(sight)
		if !meets { // of a clock that is right after another boot nothing is to be said
			told := e.Ahead != 0 && before.Ahead != 0 && (e.Ahead-before.Ahead).Abs() > toldStep
			c.Steps = append(c.Steps, ClockStep{
				FromMS: milliseconds(before.Taken), ToMS: milliseconds(e.Taken), ByMS: milliseconds(before.Offset - e.Offset), Told: told,
				span: Span{before.Taken - before.Bound, e.Taken + e.Bound},
			})
			next, best = record.ClockSights{sight}, e
		}
		sights, before = next, e
		if e.Bound < best.Bound {
			best = e
		}
		if len(longest) == 0 || lasts(sights) >= lasts(longest) {
			longest = sights
		}
	}
	c.OffsetMS, c.BoundMS = milliseconds(best.Offset), milliseconds(best.Bound)
	if low, ppm, high, known := longest.Drift(); known {
		c.DriftPPM, c.DriftLow, c.DriftHigh = &ppm, &low, &high
	}
	return c
}

// lasts is the time between the first and the last sight.
func lasts(s record.ClockSights) time.Duration {
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1].Node - s[0].Node
}

// bounds are how well each clock by which something is stamped was known at best: each moment
// that is used has a bound of its own. In records of before that each measurement is of all so far.
func (h *history) bounds() []record.ClockEvent {
	var best []record.ClockEvent
	for _, e := range h.clocks {
		if e.Beside {
			continue // nothing is stamped by it
		}
		i := slices.IndexFunc(best, func(o record.ClockEvent) bool { return o.Node == e.Node && o.Taken != 0 && e.Taken != 0 })
		switch {
		case i < 0:
			best = append(best, e)
		case e.Bound < best[i].Bound:
			best[i] = e
		}
	}
	return best
}

// Says is the clock in one line.
func (c NodeClock) Says() string {
	if c.N == 0 {
		return "not read: " + c.Unread
	}
	words := []string{fmt.Sprintf("%s ± %s from the run's", Quantity(c.OffsetMS/1000, "s"), Quantity(c.BoundMS/1000, "s"))}
	switch {
	case c.DriftPPM == nil:
		words = append(words, "its drift is not known")
	case *c.DriftLow <= 0 && *c.DriftHigh >= 0:
		words = append(words, fmt.Sprintf("no drift seen (%s to %s ppm), by %d measurements", Quantity(*c.DriftLow, "1"), Quantity(*c.DriftHigh, "1"), c.N))
	default:
		words = append(words, fmt.Sprintf("drift %s ppm (%s to %s), by %d measurements", Quantity(*c.DriftPPM, "1"), Quantity(*c.DriftLow, "1"), Quantity(*c.DriftHigh, "1"), c.N))
	}
	for _, s := range c.Steps {
		words = append(words, s.says())
	}
	if c.Unread != "" {
		words = append(words, "once not read: "+c.Unread)
	}
	return strings.Join(words, "; ")
}

func (s ClockStep) says() string {
	how := "set"
	if s.FromMS < s.ToMS && math.Abs(s.ByMS) <= record.MostSlew*(s.ToMS-s.FromMS) && !s.Told {
		how = "set, or made to catch up," // which nothing tells from the other
	}
	text := fmt.Sprintf(how+" by about %s between %s and %s", Quantity(s.ByMS/1000, "s"), Quantity(s.FromMS/1000, "s"), Quantity(s.ToMS/1000, "s"))
	if s.Told {
		text += ", which its uptime tells"
	}
	return text
}

// unclearStamps are the moments that may be of before or after a step of their node's clock,
// in words.
func (a *Analysis) unclearStamps() []string {
	var found []string
	for _, c := range a.history.nodeClocks() {
		for _, step := range c.Steps {
			for _, s := range a.history.stamps {
				if !step.Told && s.node == c.Node && s.at+s.bound >= step.span.From && s.at-s.bound <= step.span.To {
					found = appendNew(found, fmt.Sprintf("%s: when it was %s on %s is of before or after its clock was %s", s.fault, s.state, s.node, step.says()))
				}
			}
		}
	}
	return found
}

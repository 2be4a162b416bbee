package kpi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// Redundancy is a group as it was declared, against what was seen of it in an outage.
type Redundancy struct {
	Group     string `json:"group"`
	Rule      string `json:"rule"`
	Members   int    `json:"members"`
	Tolerates int    `json:"tolerates"` // members that may be lost, whichever they are
	// Lost are members that faults held down while the outage lasted, themselves or with
	// their nodes.
	Lost int `json:"lost"`
	// Well is how many were well at the same time, at least, by what was read of all of them;
	// left out where nobody did.
	Well *int `json:"well,omitempty"`
}

// uncovered is the gap of an outage in spite of the declared redundancy.
func (a *Analysis) uncovered(f *FaultFigures, l LoadFigures, out Outage) Gap {
	g := Gap{
		What:     fmt.Sprintf("redundancy of %s did not cover %s", strings.Join(f.Plan.Groups, ", "), f.Name),
		Expected: "no outage: the declared redundancy tolerates this fault",
		Observed: fmt.Sprintf("%s without a success for %s", l.Plan.Name, Quantity(seconds(out.Length()), "s")),
		Evidence: fmt.Sprintf("fault %s, %s to %s", f.Name, Quantity(seconds(out.From), "s"), Quantity(seconds(out.To), "s")),
	}
	var declared, seen []string
	for _, name := range f.Plan.Groups {
		group, known := a.group(name)
		if !known {
			continue
		}
		r := a.redundancy(group, out.Span)
		g.Redundancy = append(g.Redundancy, r)
		declared = append(declared, fmt.Sprintf("%s tolerates the loss of %d of %d (%s)", r.Group, r.Tolerates, r.Members, r.Rule))
		words := fmt.Sprintf("%d of %d of %s lost", r.Lost, r.Members, r.Group)
		if r.Well != nil {
			words += fmt.Sprintf(", %d read as well at the least", *r.Well)
		}
		seen = append(seen, words)
	}
	if len(declared) > 0 {
		g.Expected = "no outage: " + strings.Join(declared, ", ")
		g.Observed += " with " + strings.Join(seen, ", and ")
	}
	return g
}

// redundancy is what was seen of a group in a stretch.
func (a *Analysis) redundancy(g record.GroupPlan, w Span) Redundancy {
	r := Redundancy{Group: g.Name, Rule: g.Rule, Members: len(g.Members), Tolerates: g.Tolerates}
	for _, m := range g.Members {
		if slices.ContainsFunc(a.Faults, func(f FaultFigures) bool { return f.holdsDown(m, w, a) }) {
			r.Lost++
		}
	}
	if members, unread := a.seats(g); len(unread) == 0 && len(members) > 0 {
		r.Well = new(leastWell(members, w))
	}
	return r
}

// holdsDown tells whether a fault was held in a stretch on a member, or on its node.
func (f FaultFigures) holdsDown(m record.Target, w Span, a *Analysis) bool {
	held, was := f.Held(a.End)
	if !was || held.From >= w.To || held.To <= w.From {
		return false
	}
	covers := func(t record.Target) bool { return t.Node == m.Node && (t.Service == "" || t.Service == m.Service) }
	for _, t := range f.Life.Targets {
		if t.Struck && covers(t.Target) {
			return true
		}
	}
	return slices.ContainsFunc(f.Plan.Costs, covers)
}

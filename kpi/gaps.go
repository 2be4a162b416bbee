package kpi

import (
	"fmt"
)

// gaps is what an operator takes home: each objective that was missed, and each
// outage during a fault that the declared redundancy should have covered.
func (a *Analysis) gaps() []Gap {
	var list []Gap
	add := func(g Gap, of about) {
		g = a.explain(g, of)
		g.ID = fmt.Sprintf("G%d", len(list)+1)
		list = append(list, g)
	}
	for _, o := range a.Result.Objectives {
		if o.Verdict != Fail || o.Measured == nil || o.Limit == nil || o.Default && o.Calls[0].Function == "unexpected_outage" {
			continue // of the last each fault has a gap of its own, below
		}
		add(Gap{
			What:     o.Text,
			Expected: o.LimitText(), Observed: observed(o),
			Evidence: "objective " + o.Expression,
		}, a.aboutObjective(o))
	}
	for load, g := range a.lostWork() {
		add(g, about{what: "lost", load: a.loadNamed(load), span: a.Measured})
	}
	if a.Meta.Expect == "breach" {
		return list
	}
	for _, f := range a.covered() {
		for n, l := range a.Loads {
			if out, was := l.worstOutage(f.metIn); was && out.Least > tolerated(l.Plan.Workload) {
				add(a.uncovered(f, l, out), about{what: "redundancy", load: &a.Loads[n], fault: f, span: out.Span})
			}
		}
	}
	return list
}

func observed(o Objective) string {
	text := o.Figure(*o.Measured)
	if o.Censored {
		text = o.Beyond() + text
	}
	return text
}

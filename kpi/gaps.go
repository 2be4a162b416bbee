package kpi

import (
	"fmt"
	"time"
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
		if o.Verdict != Fail || o.Measured == nil || o.Limit == nil {
			continue
		}
		add(Gap{
			What:     o.Text,
			Expected: Sign(o.Operator) + " " + Quantity(*o.Limit, o.Unit), Observed: observed(o),
			Evidence: "objective " + o.Expression,
		}, a.aboutObjective(o))
	}
	for load, g := range a.lostWork() {
		add(g, about{what: "lost", load: a.loadNamed(load), span: a.Measured})
	}
	if a.Meta.Expect == "breach" {
		return list
	}
	for i := range a.Faults {
		f := &a.Faults[i]
		if f.Effective == nil || len(f.Plan.Groups) == 0 {
			continue
		}
		for n, l := range a.Loads {
			if out, ok := worstOverlap(l, f.Extent); ok && out.Length() > tolerated(l.Plan.Workload) {
				add(a.uncovered(f, l, out), about{what: "redundancy", load: &a.Loads[n], fault: f, span: out.Span})
			}
		}
	}
	return list
}

// tolerated is the outage that is no gap: 5 s for an API of the control plane
// (see defaultOutage), and on the data plane, where redundancy should leave
// none, what a second cannot tell from chance.
func tolerated(workload string) time.Duration {
	if dataPlane(workload) {
		return time.Second
	}
	return 5 * time.Second
}

func observed(o Objective) string {
	text := Quantity(*o.Measured, o.Unit)
	if o.Censored {
		text = "> " + text
	}
	return text
}

// worstOverlap is the longest outage that lies at least in part in a stretch.
func worstOverlap(l LoadFigures, s Span) (Outage, bool) {
	var worst Outage
	for _, o := range l.Outages {
		if o.From < s.To && o.To > s.From && o.Length() > worst.Length() {
			worst = o
		}
	}
	return worst, worst.Length() > 0
}

package kpi

import (
	"strings"
	"time"
)

// unclear says why the moments that a fault's figures are counted from are not known well
// enough for any of them: a node's clock is known to no more than Settings.ClockBound, or
// was set about a stamp that nothing tells before from after, or the loads were sent by workers
// whose clocks are no better. Empty: they are. Of what was only heard of, as of an effect in an
// imported record, the bound is how long that took, and no clock's doing: it widens the interval.
func (a *Analysis) unclear(f *FaultFigures) string {
	var why []string
	allowed := "± " + Exactly(seconds(a.Settings.ClockBound), "s")
	if f.effectiveStamped && !f.Plan.Foreign && f.Bound > a.Settings.ClockBound {
		why = append(why, "its effect is known to ± "+Beside(seconds(f.Bound), seconds(a.Settings.ClockBound), "s")+" by its node's clock, more than "+allowed)
	}
	for _, s := range a.unclearStamps() {
		if of, _, _ := strings.Cut(s, ": "); of == f.Name {
			why = append(why, s)
		}
	}
	worst := time.Duration(0)
	for _, w := range a.history.workers {
		worst = max(worst, w.worst)
	}
	if worst > a.Settings.ClockBound {
		why = append(why, "a stamp of an arrival is known to ± "+Beside(seconds(worst), seconds(a.Settings.ClockBound), "s")+" by its worker's clock, more than "+allowed)
	}
	return strings.Join(why, "; ")
}

// without has a fault's figures not measured, but for what does not depend on its moments.
func (f *FaultFigures) without(why string) {
	for _, k := range []*KPI{&f.ToEffect, &f.Detect, &f.Recover, &f.AfterUndo, &f.Degraded, &f.Downtime, &f.Ratio, &f.Difference, &f.Failed, &f.SelfHeal, &f.Restored} {
		*k = KPI{Name: k.Name, Scope: k.Scope, Unit: k.Unit, State: NotMeasured, Detail: why}
	}
}

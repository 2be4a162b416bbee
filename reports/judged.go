package reports

import "github.com/openstack-eris/eris/kpi"

// Judged are the marks of a fault's figures, each by the objectives that are about it; the zero
// Mark of one that none is about.
type Judged struct{ EffectiveAfter, FirstTrouble, Downtime, Recover, AfterUndo, Degraded, Ratio, Failed, Lost Mark }

// judgedFigures are those of a fault.
func judgedFigures(f *kpi.FaultFigures, objectives []kpi.Objective) Judged {
	of := func(k kpi.KPI) Mark {
		_, mark := worstBy(k, objectives)
		return mark
	}
	return Judged{of(f.ToEffect), of(f.Detect), of(f.Downtime), of(f.Recover), of(f.AfterUndo), of(f.Degraded), of(f.Ratio), of(f.Failed), of(f.Lost)}
}

// worstBy is the objective by which a figure fared worst, of those that it failed the one that it
// missed by the most, and its mark; zeros of a figure that none is about.
func worstBy(k kpi.KPI, objectives []kpi.Objective) (worst kpi.Objective, mark Mark) {
	for _, o := range objectives {
		if !o.Of(k) {
			continue
		}
		m := MarkOfObjective(o)
		more := o.Verdict == kpi.Fail && m == mark && o.Miss() > worst.Miss()
		if mark.Tone == "" || rank(m) < rank(mark) || more {
			worst, mark = o, m
		}
	}
	return worst, mark
}

// toldBeside is how a KPI's values are told that an objective is about: on the same side of its
// limit as they are. The zero objective has none.
func toldBeside(k kpi.KPI, o kpi.Objective) func(float64) string {
	if o.Unit != k.Unit {
		o = kpi.Objective{Unit: k.Unit}
	}
	return o.Figure
}

package kpi

import (
	"fmt"
	"math"
	"slices"

	"github.com/openstack-eris/eris/conditions"
)

// defaultOutage is judged for every load of a scenario that names no
// objective: OPNFV Yardstick's limit for a control-plane service (TC019 and
// those that follow it).
const defaultOutage = `outage(%q) <= 5s`

// objectives judges the scenario's promises in their order.
func (a *Analysis) objectives() []Objective {
	list := []Objective{}
	for _, e := range a.Meta.Objectives {
		o, said := a.objective(e), a.Meta.Judged[e]
		o.Severity, o.Owner = said.Severity, said.Owner
		list = append(list, o)
	}
	for _, e := range a.defaults() {
		o := a.objective(e)
		o.Default = true
		list = append(list, o)
	}
	if a.Meta.Expect == "breach" {
		list = append(list, a.breachSeen(), a.breachHealed())
	}
	return list
}

func (a *Analysis) objective(expression string) Objective {
	o := Objective{Expression: expression, Verdict: Unknown}
	c, err := conditions.CompileComparison(expression, Functions())
	if err != nil {
		o.Detail = "this version does not understand it: " + err.Error()
		return o
	}
	o.Calls = c.Calls()
	j := c.Judge(a.resolve)
	o.Unit, o.Operator = string(c.Unit), c.Operator
	o.Measured, o.Limit = a.point(c.Measured), a.point(c.Limit)
	c.Limit.Eval(func(call conditions.Call) conditions.Value {
		o.LimitMeasured = true
		return a.resolve(call)
	})
	o.Verdict, o.Detail = verdictOf(j.Truth), j.Reason
	if o.Verdict == Unknown && j.Measured.Reason+j.Limit.Reason == "" && j.Measured.State() != conditions.IsMissing && j.Limit.State() != conditions.IsMissing {
		o.Detail = fmt.Sprintf("the limit of %s is within what it is known as: %s", spread(j.Limit, o.limitFigure), spread(j.Measured, o.Figure))
	}
	if j.Limit.Low < j.Limit.High {
		o.LimitLow, o.LimitHigh = finite(j.Limit.Low), finite(j.Limit.High)
	}
	if j.Truth != conditions.Unknown { // else nobody knows on which side it is
		o.Margin = finite(o.distance())
	}
	o.Low, o.High = finite(j.Measured.Low), finite(j.Measured.High)
	o.Censored = j.Measured.State() == conditions.IsAtLeast
	first := a.answer(o.Calls[0])
	o.Text, o.worst = describeCall(o.Calls[0]), first.worst
	if o.Censored {
		o.WhyOpen, o.Partly = first.Open(), first.Partly
	}
	o.Budget = o.budget()
	o.None = o.Measured != nil && *o.Measured == 0 && first.State == None
	if q := a.complete(); o.Verdict != Unknown && q.Verdict != Pass {
		o.Verdict, o.Detail = Unknown, q.Detail
	}
	if o.Verdict == Pass {
		if why := a.untried(o); why != "" {
			o.Verdict, o.Detail = Unknown, why
		}
	}
	if why := a.misplaced(o.Calls); why != "" && o.Verdict == Fail {
		o.Verdict, o.Detail = Unknown, why
	}
	return o
}

// OfFault tells whether it asks for a figure of the fault of that name. One that asks for any
// is about each where it was kept, and else about the one that fared worst.
func (o Objective) OfFault(name string) bool {
	return slices.ContainsFunc(o.Calls, func(c conditions.Call) bool {
		fault, is := c.Arg("fault")
		return is && c.Run == "" && (fault.Text == name || fault.Any && (o.Verdict == Pass || o.worst == name))
	})
}

// Of tells whether it is about the KPI of that name of a load or fault: over the
// whole run, as the result lists it, and not in a phase. One that asks for any fault's is about
// those that it is by [Objective.OfFault].
func (o Objective) Of(k KPI) bool {
	if len(o.Calls) == 0 || o.Calls[0].Run != "" || o.Calls[0].Function != k.Name || o.Calls[0].Text("phase") != "" {
		return false
	}
	if fault, is := o.Calls[0].Arg("fault"); is && fault.Any {
		return o.OfFault(k.Scope)
	}
	return o.Calls[0].Text("load")+o.Calls[0].Text("fault") == k.Scope
}

func verdictOf(t conditions.Truth) Verdict {
	switch t {
	case conditions.True:
		return Pass
	case conditions.False:
		return Fail
	default:
		return Unknown
	}
}

// unfinished says why nothing of this run can pass; empty when it can.
func (a *Analysis) unfinished() string {
	for _, q := range []Quality{a.complete(), a.ranToItsEnd()} {
		if q.Verdict != Pass {
			return q.Detail
		}
	}
	return ""
}

// point is the measured side at the values themselves, without their
// intervals: the figure that people read.
func (a *Analysis) point(p *conditions.Program) *float64 {
	v := p.Eval(func(call conditions.Call) conditions.Value {
		k := a.answer(call)
		if k.Value != nil {
			return conditions.Exact(*k.Value)
		}
		return valueOf(k)
	})
	if v.State() == conditions.IsMissing {
		return nil
	}
	return finite(v.Low)
}

// spread is where a value lies, for people, each end as told.
func spread(v conditions.Value, told func(float64) string) string {
	switch {
	case v.Low == v.High:
		return told(v.Low)
	case math.IsInf(v.High, 1):
		return told(v.Low) + " or more"
	}
	return told(v.Low) + " to " + told(v.High)
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

// resolve answers a call of an objective from the figures.
func (a *Analysis) resolve(call conditions.Call) conditions.Value {
	return valueOf(a.answer(call))
}

// valueOf reads a KPI as the interval that it is. What did not happen took no
// time, but for as long as it could not be seen.
func valueOf(k KPI) conditions.Value {
	switch k.State {
	case None:
		if k.High != nil {
			v := conditions.Between(0, *k.High)
			v.Reason = k.Detail
			return v
		}
		return conditions.Exact(0)
	case Censored:
		return conditions.AtLeast(*k.Low, k.Open())
	case Measured:
		return conditions.Between(*k.Low, *k.High)
	default:
		return conditions.Missing(k.Detail)
	}
}

// breachSeen and breachHealed are the promises of a scenario that expects an
// outage: it is seen, and it ends.
func (a *Analysis) breachSeen() Objective {
	o := Objective{Expression: "an outage is seen (expect: breach)", Verdict: Unknown, Unit: "1"}
	unsure := ""
	for i := range a.Faults {
		for _, l := range a.Loads {
			if a.Faults[i].Effective == nil || l.NoOutages != nil {
				continue
			}
			if o.Verdict = Fail; l.Unseen > leastFailing {
				unsure = fmt.Sprintf("%s would not have seen one of %s", l.Plan.Name, Quantity(seconds(l.Unseen), "s"))
			}
			for _, out := range l.Outages {
				if out.From < a.Faults[i].Extent.To && out.To > a.Faults[i].Extent.From {
					if out.Least == 0 {
						unsure = fmt.Sprintf("%s without a success for %s may be chance", l.Plan.Name, Quantity(seconds(out.Length()), "s"))
						continue
					}
					o.Verdict = Pass
					o.Detail = fmt.Sprintf("%s without a success for %s", l.Plan.Name, Quantity(seconds(out.Length()), "s"))
					return o
				}
			}
		}
	}
	if stopped := a.ranToItsEnd(); o.Verdict == Fail && unsure == "" && stopped.Verdict != Pass {
		unsure = "none was seen, and the run did not come to its end: " + stopped.Detail
	}
	if o.Verdict == Fail && unsure != "" {
		o.Verdict, o.Detail = Unknown, unsure
	}
	return o
}

func (a *Analysis) breachHealed() Objective {
	o := Objective{Expression: "it heals (expect: breach)", Verdict: Pass, Unit: "1"}
	for i := range a.Faults {
		f := &a.Faults[i]
		switch {
		case f.Recover.State == Censored:
			verdict, why := Fail, f.Recover.Open()
			if stopped := a.ranToItsEnd(); f.Recover.WhyOpen != "" { // that says nothing of the cloud
				verdict = Unknown
			} else if stopped.Verdict != Pass { // it had not the time that the scenario leaves it
				verdict, why = Unknown, "the run did not come to its end: "+stopped.Detail
			}
			if Worst(o.Verdict, verdict) != o.Verdict {
				o.Verdict, o.Detail = verdict, f.Name+": its recovery was not seen: "+why
			}
		case (f.Recover.State == NotMeasured || !f.Verified) && o.Verdict == Pass:
			o.Verdict, o.Detail = Unknown, f.Name+": "+f.Recover.Detail
		}
	}
	if len(a.Faults) == 0 {
		o.Verdict, o.Detail = Unknown, "there was no fault"
	}
	if o.Verdict == Pass {
		o.Detail = a.healedIn()
	}
	return o
}

// healedIn says how long the longest recovery took.
func (a *Analysis) healedIn() string {
	var longest *FaultFigures
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Recover.Value != nil && (longest == nil || *f.Recover.Value > *longest.Recover.Value) {
			longest = f
		}
	}
	if longest == nil {
		return "no load was degraded"
	}
	return fmt.Sprintf("%s after the effect of %s", Quantity(*longest.Recover.Value, "s"), longest.Name)
}

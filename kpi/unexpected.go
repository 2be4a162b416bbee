package kpi

import (
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

func unexpectedOutage() function {
	return function{
		name: "unexpected_outage", help: "Longest outage during faults that the declared redundancy tolerates.", unit: conditions.Seconds,
		words: "outage within redundancy of", listed: always,
		ofLoad: func(a *Analysis, l LoadFigures, _ string) KPI { return a.unexpectedOutage(&l) },
	}
}

// unexpectedOutage is the longest outage of a load that was met during a fault of which
// the declared redundancy promises that nothing is noticed; N is how many there were. It is
// not measured where no fault of the run had an effect within redundancy.
func (a *Analysis) unexpectedOutage(l *LoadFigures) KPI {
	k := KPI{Name: "unexpected_outage", Scope: l.Plan.Name, Unit: "s", State: NotMeasured}
	covered := a.covered()
	switch {
	case a.Meta.Expect == "breach":
		k.Detail = "the scenario goes beyond redundancy"
		return k
	case len(covered) == 0:
		k.Detail = "no fault within redundancy took effect"
		return k
	}
	return l.longestOf(k, slices.DeleteFunc(slices.Clone(l.Outages), func(o Outage) bool {
		return !slices.ContainsFunc(covered, func(f *FaultFigures) bool { return f.metIn(o) })
	}))
}

// covered are the faults that had an effect and drew on redundancy which tolerates them.
func (a *Analysis) covered() []*FaultFigures {
	var list []*FaultFigures
	for i := range a.Faults {
		if f := &a.Faults[i]; f.Effective != nil && len(f.Plan.Groups) > 0 {
			list = append(list, f)
		}
	}
	return list
}

// metIn tells whether an outage lies at least in part in the time of the fault, and was
// not met before it was asked for.
func (f *FaultFigures) metIn(o Outage) bool {
	before := f.Asked != nil && o.met >= 0 && o.met+tickLength < *f.Asked
	return !before && f.Extent.meets(o)
}

// defaults are the promises that hold where the scenario makes none: of every load, where it
// names no objective at all, OPNFV Yardstick's limit for a control-plane service; and of each
// load of which it says nothing else about outages, that there is none which the declared
// redundancy should have covered. The second is judged where the load can tell: one that asks
// too seldom has its figure among the KPIs.
func (a *Analysis) defaults() (expressions []string) {
	if a.Meta.Expect == "breach" {
		return nil
	}
	promised := a.promisedOutages()
	for i := range a.Loads {
		l := &a.Loads[i]
		limit := tolerated(l.Plan.Workload)
		if len(a.Meta.Objectives) == 0 {
			expressions = append(expressions, fmt.Sprintf(defaultOutage, l.Plan.Name))
			if limit == controlPlane {
				continue
			}
		}
		if slices.Contains(promised, l.Plan.Name) {
			continue
		}
		k := a.unexpectedOutage(l)
		tells := k.High != nil && *k.High <= limit.Seconds() || k.Low != nil && *k.Low > limit.Seconds()
		struck := slices.ContainsFunc(a.covered(), func(f *FaultFigures) bool { return l.suffered(f.Extent) }) && l.longestSilence(a.Measured) > limit
		if tells || struck {
			expressions = append(expressions, fmt.Sprintf(`unexpected_outage(%q) <= %v`, l.Plan.Name, limit))
		}
	}
	return expressions
}

// longestSilence is the longest time without a success in a window, whatever was due in it: no
// outage is longer.
func (s *Series) longestSilence(w Span) time.Duration {
	longest, last := time.Duration(0), w.From
	for i := range s.ticks {
		t := &s.ticks[i]
		if t.firstOK < 0 || t.lastOK < w.From {
			continue
		}
		if t.firstOK >= w.To {
			break
		}
		longest, last = max(longest, t.firstOK-last), max(last, t.lastOK)
	}
	return max(longest, w.To-last)
}

// promisedOutages are the loads of whose outages the scenario says itself what is borne, by
// an objective that decides.
func (a *Analysis) promisedOutages() (loads []string) {
	for _, expression := range a.Meta.Objectives {
		c, err := conditions.CompileComparison(expression, Functions())
		if err != nil || a.Meta.Judged[expression].Severity == Minor {
			continue // the objective itself says so, or decides nothing
		}
		calls := c.Calls()
		limits := len(calls) == 1 && (c.Operator == "<" || c.Operator == "<=") && slices.Contains([]string{"outage", "unexpected_outage", "downtime"}, calls[0].Function)
		if !limits || calls[0].Run != "" {
			continue
		}
		for _, l := range a.Loads {
			if named, _ := calls[0].Arg("load"); named.Any || named.Text == l.Plan.Name {
				loads = append(loads, l.Plan.Name)
			}
		}
	}
	return loads
}

// controlPlane is the outage of an API that is no gap.
const controlPlane = 5 * time.Second

// tolerated is the outage that is no gap: 5 s for an API of the control plane
// (see defaultOutage), and on the data plane, where redundancy should leave
// none, what a second cannot tell from chance.
func tolerated(workload string) time.Duration {
	if dataPlane(workload) {
		return time.Second
	}
	return controlPlane
}

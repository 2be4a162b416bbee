package kpi

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

// answer finds the figure that a call asks for. See Functions.
func (a *Analysis) answer(call conditions.Call) KPI {
	missing := func(format string, args ...any) KPI {
		return KPI{State: NotMeasured, Detail: fmt.Sprintf(format, args...)}
	}
	switch call.Function {
	case "time_to_detect", "time_to_recover", "time_to_recover_after_undo":
		f := a.faultNamed(call.Text("fault"))
		if f == nil {
			return missing("the run had no fault %s", call.Text("fault"))
		}
		switch call.Function {
		case "time_to_detect":
			return f.Detect
		case "time_to_recover":
			return f.Recover
		}
		return f.AfterUndo
	}
	l := a.loadNamed(call.Text("load"))
	if l == nil {
		return missing("the run had no load %s", call.Text("load"))
	}
	for _, q := range []Quality{a.loadReached(*l), a.lateness(*l)} {
		if q.Verdict != Pass {
			return missing("not sure that %s: %s", q.Assumption, q.Detail)
		}
	}
	switch call.Function {
	case "outage":
		return a.outageKPI(*l)
	case "downtime":
		return a.downtimeKPI(*l)
	}
	phase := call.Text("phase")
	if _, ok := a.history.phase(phase); !ok && phase != "" {
		return missing("the run did not reach its phase %s", phase)
	}
	switch call.Function {
	case "availability", "error_ratio":
		x, _, ok := l.Availability(phase)
		if !ok {
			return missing("no arrival of %s was due", l.Plan.Name)
		}
		if call.Function == "error_ratio" {
			x = 1 - x
		}
		return KPI{}.exactly(x)
	}
	return l.percentile(call.Function, phase)
}

// percentile is one of p50 to p999 in a phase, or in all but the warm-up.
func (l *LoadFigures) percentile(name, phase string) KPI {
	q := map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}[name]
	h := l.Windows[phase]
	if phase == "" {
		h = newHistogram()
		for _, p := range []string{"baseline", "chaos", "recovery"} {
			if w := l.Windows[p]; w != nil {
				h.hdr.Merge(w.hdr)
			}
		}
	}
	var d *time.Duration
	if h != nil {
		d = h.quantile(q)
	}
	if d == nil || q == 0 {
		k := KPI{State: NotMeasured, Detail: name + " needs ten answers beyond it"}
		if h != nil {
			k.Detail += fmt.Sprintf(", there were %d in all", h.n())
		}
		return k
	}
	return KPI{}.exactly(seconds(*d))
}

func (a *Analysis) faultNamed(name string) *FaultFigures {
	for i := range a.Faults {
		if a.Faults[i].Name == name {
			return &a.Faults[i]
		}
	}
	return nil
}

func (a *Analysis) loadNamed(name string) *LoadFigures {
	for i := range a.Loads {
		if a.Loads[i].Plan.Name == name {
			return &a.Loads[i]
		}
	}
	return nil
}

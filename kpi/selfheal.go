package kpi

import (
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// timeToSelfHeal is from the fault's effect until somebody else than Eris had healed it on
// all of its targets. Where Eris has undone it before, or with them, it is only known to take
// longer than it was held. There is none of a fault whose effect passes by itself. Of one that
// Eris did not wait for the node says at the undo that it was healed already: then it is at
// most as long as that.
func timeToSelfHeal() function {
	return function{
		name: "time_to_self_heal", help: "From the effect until anybody but Eris had healed it.",
		source: ofStamps, unit: conditions.Seconds,
		words: "time until the cloud had healed", ofFault: func(f *FaultFigures) KPI { return f.SelfHeal },
	}
}

func (f *FaultFigures) selfHeal(a *Analysis) KPI {
	k := KPI{Name: "time_to_self_heal", Scope: f.Name, Unit: "s", State: NotMeasured, Detail: "the fault did not take effect"}
	switch {
	case !f.happened():
		k.State, k.Detail = None, "the fault did not happen"
		return k
	case f.Effective == nil:
		return k
	case f.Plan.Foreign:
		k.Detail = "it was made by somebody else, and nobody looked"
		return k
	case f.Plan.Passes:
		k.State, k.Detail = None, "its effect passes by itself"
		return k
	}
	since := func(at float64) float64 { return at - seconds(*f.Effective) }
	k.N, k.Detail = 1, ""
	last, itself := f.endedByItself()
	switch told, was := a.history.healed[f.Name]; {
	case was:
		return k.between(max(since(seconds(told.From)), 0), since(seconds(told.At)), since(seconds(told.At))).off(f.Bound)
	case itself:
		return k.exactly(max(since(seconds(last)), 0)).off(f.Bound)
	case f.healedAll() && f.UndoFrom != nil:
		k.Detail = "it was healed when Eris came to undo it"
		most := max(since(seconds(*f.UndoFrom)), 0)
		return k.between(0, most, most).off(f.Bound)
	case f.UndoFrom != nil:
		k.WhyOpen = "Eris undid it before that"
		k.Detail = fmt.Sprintf("Eris undid it before anybody else had healed it (by %s)", f.undoer())
		return k.atLeast(max(since(seconds(*f.UndoFrom)), 0)).off(f.Bound)
	}
	k.Detail = "the record does not say how it ended"
	return k
}

// healedAll tells whether each target that was struck was healed when it was to be undone.
func (f *FaultFigures) healedAll() bool {
	struck := 0
	for _, t := range f.Life.Targets {
		if !t.Struck {
			continue
		}
		if struck++; t.State != record.SelfHealed && t.ended == nil {
			return false
		}
	}
	return struck > 0
}

// undoer says who ended it.
func (f *FaultFigures) undoer() string {
	if f.By == "" {
		return "engine"
	}
	return f.By
}

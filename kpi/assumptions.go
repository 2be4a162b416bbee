package kpi

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// Assumptions are judged before objectives. There are two kinds. What a figure is made of has
// to be sound, or it is not known at all: the load was reached and sent on time, the clock by
// which a fault's moments are told is close, the record is as it was written. And what was
// meant to be tested has to have been: a promise that was kept beside a fault that was never
// there, or was gone early, was not tried. One that was broken even so is broken.

// unsound says what keeps the figures of a fault from being known; empty where nothing does.
func (a *Analysis) unsound(f *function, fault *FaultFigures) string {
	if f.source == ofKept || fault.Effective == nil {
		return ""
	}
	if len(fault.jumped) > 0 {
		return fmt.Sprintf("not sure that clocks are close: %s: a clock was set meanwhile", strings.Join(fault.jumped, "; "))
	}
	if f.source != ofEffect && f.source != ofUndo {
		return ""
	}
	for _, l := range a.Loads {
		if why := a.unsteady(l); why != "" {
			return why
		}
	}
	return ""
}

// unsteady says that a load was not sent as it should.
func (a *Analysis) unsteady(l LoadFigures) string {
	for _, q := range []Quality{a.loadReached(l), a.lateness(l)} {
		if q.Verdict != Pass {
			return "not sure that " + q.Assumption + ": " + q.Detail
		}
	}
	return ""
}

// untried says why an objective that was kept was not tried as it was meant; empty where it
// was.
func (a *Analysis) untried(o Objective) string {
	if why := a.unfinished(); why != "" {
		return why
	}
	var rows []Quality
	for _, call := range o.Calls {
		f := functionNamed(call.Function)
		if f == nil || call.Run != "" || f.ofLoad != nil && before(call.Text("phase")) {
			continue // of another run, or of a time before any fault
		}
		rows = append(rows, a.tried(f, call)...)
	}
	for _, q := range rows {
		if q.Verdict != Pass {
			return "not sure that " + q.Assumption + ": " + q.Detail
		}
	}
	return ""
}

// before tells whether a phase comes before the faults.
func before(phase string) bool { return phase == record.Warmup || phase == record.Baseline }

// tried are the assumptions by which a figure is one of what was meant to be tested.
func (a *Analysis) tried(f *function, call conditions.Call) (rows []Quality) {
	about := func(what string, says func(*FaultFigures) []string) {
		all := a.ofFaults(says)
		if fault := a.faultNamed(call.Text("fault")); fault != nil {
			all = says(fault)
		}
		if len(all) > 0 {
			rows = append(rows, doubt(what, strings.Join(all, "; ")))
		}
	}
	about(tookEffect, (*FaultFigures).notEffective)
	about(heldAsPlanned, (*FaultFigures).notHeld)
	if f.source == ofUndo || f.source == ofReadings {
		about(undosVerified, (*FaultFigures).notUndone)
	}
	if f.source == ofReadings {
		rows = append(rows, a.collectorsWhole())
	}
	if row, was := a.nothingElse(); was {
		rows = append(rows, row)
	}
	if f.source == ofStamps || f.source == ofReadings {
		return rows
	}
	rows = append(rows, a.workersWhole()...)
	for _, q := range a.joined() {
		if load := call.Text("load"); load == "" || strings.HasPrefix(q.Assumption, "load "+load+" ") {
			rows = append(rows, q)
		}
	}
	return rows
}

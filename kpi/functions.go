package kpi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/conditions"
)

// function is a KPI: what it is called, what it is in words, what it is made
// of, and how it is found. One of ofLoad, ofFault and ofRun is set. Each
// stands beside what it is computed by, and functions lists them.
type function struct {
	name, help string // help is its definition, one sentence
	source     string // what of the record it is made of
	unit       conditions.Unit
	words      string  // what is measured; the name of the load or fault follows
	signed     bool    // it may be below zero
	phases     bool    // an objective may name a phase
	less       bool    // the smaller it is, the worse
	sampled    bool    // its interval is what chance leaves, which repetitions show by themselves
	quantile   float64 // of a percentile
	// listed tells whether it is a figure of a load in the result; nil: of none, since
	// it is there for objectives.
	listed func(a *Analysis, l LoadFigures) bool
	// ofLoad finds it for a load in a phase; an empty one stands for all but
	// the warm-up.
	ofLoad  func(a *Analysis, l LoadFigures, phase string) KPI
	ofFault func(f *FaultFigures) KPI
	ofRun   func(a *Analysis) KPI
}

// always lists a figure of every load.
func always(*Analysis, LoadFigures) bool { return true }

// functions is the one list of them, in the order of documents.
func functions() []function {
	list := []function{availability(), errorRatio(), outage(), unexpectedOutage(), downtime(), lossGap(), lossGapSum()}
	list = append(list, percentiles()...)
	return append(list, lost(),
		timeToEffect(), timeToDetect(), timeToRecover(), timeToRecoverAfterUndo(), timeToSelfHeal(), redundancyRestored(),
		degraded(), faultDowntime(), latencyRatio(), latencyDifference(), failed(), lostWork(), residue())
}

// Functions are what an objective may ask for. The scenario loader checks
// expressions against this table, and Compute answers them from a record, so
// that an objective that loads can be judged. A phase that is left out means
// all of the run but its warm-up.
func Functions() []conditions.Function {
	var table []conditions.Function
	for _, f := range functions() {
		if slices.ContainsFunc(table, func(t conditions.Function) bool { return t.Name == f.name }) {
			continue // it is a load's that an objective asks for
		}
		table = append(table, conditions.Function{
			Name: f.name, Help: f.help, Params: f.params(), Returns: conditions.Number, Unit: f.unit, Signed: f.signed, OfRuns: true,
		})
	}
	return table
}

func (f *function) params() []conditions.Param {
	switch {
	case f.ofRun != nil:
		return nil
	case f.ofFault != nil:
		return []conditions.Param{{Name: "fault", Kind: conditions.FaultName, Any: true}}
	}
	params := []conditions.Param{{Name: "load", Kind: conditions.LoadName, Any: true}}
	if f.phases {
		params = append(params, conditions.Param{Name: "phase", Kind: conditions.PhaseName, Optional: true})
	}
	return params
}

func functionNamed(name string) *function {
	for _, f := range functions() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

// describeCall says in words what a call measures.
func describeCall(c conditions.Call) string {
	f := functionNamed(c.Function)
	if f == nil {
		return c.String()
	}
	text := strings.TrimSpace(f.words + " " + c.Text("load") + c.Text("fault"))
	if c.OfAny() {
		text += " any " + f.of()
	}
	if phase := c.Text("phase"); phase != "" {
		text += " in " + phase
	}
	if c.Run != "" {
		text += " in the run " + c.Run
	}
	return text
}

// answer finds the figure that a call asks for.
func (a *Analysis) answer(call conditions.Call) KPI {
	missing := func(format string, args ...any) KPI {
		return KPI{State: NotMeasured, Detail: fmt.Sprintf(format, args...)}
	}
	f := functionNamed(call.Function)
	if f == nil {
		return missing("nothing measures %s", call.Function)
	}
	switch {
	case call.Run != "":
		return a.ofOther(call)
	case call.OfAny():
		return a.ofAny(f, call)
	case f.ofRun != nil:
		return f.ofRun(a)
	}
	if f.ofFault != nil {
		fault := a.faultNamed(call.Text("fault"))
		if fault == nil {
			return missing("the run had no fault %s", call.Text("fault"))
		}
		k := f.ofFault(fault)
		if why := a.unsound(f, fault); why != "" && k.State != NotMeasured {
			return missing("%s", why)
		}
		return k
	}
	l := a.loadNamed(call.Text("load"))
	if l == nil {
		return missing("the run had no load %s", call.Text("load"))
	}
	if why := a.unsteady(*l); why != "" {
		return missing("%s", why)
	}
	phase := call.Text("phase")
	if _, ok := a.history.phase(phase); !ok && phase != "" {
		return missing("the run did not reach its phase %s", phase)
	}
	return f.ofLoad(a, *l, phase)
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

package kpi

import (
	"fmt"

	"github.com/openstack-eris/eris/conditions"
)

// function is a KPI that an objective may ask for: what it is called, what it
// is in words, and how it is found. One of ofLoad and ofFault is set. Each
// stands beside what it is computed by, and functions lists them.
type function struct {
	name, help string
	unit       conditions.Unit
	words      string // what is measured; the name of the load or fault follows
	phases     bool   // an objective may name a phase
	listed     bool   // it is a figure of every load in the result
	sampled    bool   // its interval is what chance leaves, which repetitions show by themselves
	// ofLoad finds it for a load in a phase; an empty one stands for all but
	// the warm-up.
	ofLoad  func(a *Analysis, l LoadFigures, phase string) KPI
	ofFault func(f *FaultFigures) KPI
}

// functions is the one list of them, in the order of documents.
func functions() []function {
	list := []function{availability(), errorRatio(), outage(), unexpectedOutage(), downtime()}
	list = append(list, percentiles()...)
	return append(list, lost(), timeToDetect(), timeToRecover(), timeToRecoverAfterUndo())
}

// Functions are what an objective may ask for. The scenario loader checks
// expressions against this table, and Compute answers them from a record, so
// that an objective that loads can be judged. A phase that is left out means
// all of the run but its warm-up.
func Functions() []conditions.Function {
	var table []conditions.Function
	for _, f := range functions() {
		table = append(table, conditions.Function{
			Name: f.name, Help: f.help, Params: f.params(), Returns: conditions.Number, Unit: f.unit,
		})
	}
	return table
}

func (f *function) params() []conditions.Param {
	if f.ofFault != nil {
		return []conditions.Param{{Name: "fault", Kind: conditions.FaultName}}
	}
	params := []conditions.Param{{Name: "load", Kind: conditions.LoadName}}
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
	text := f.words + " " + c.Text("load") + c.Text("fault")
	if phase := c.Text("phase"); phase != "" {
		text += " in " + phase
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
	if f.ofFault != nil {
		fault := a.faultNamed(call.Text("fault"))
		if fault == nil {
			return missing("the run had no fault %s", call.Text("fault"))
		}
		return f.ofFault(fault)
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

package kpi

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/conditions"
)

// residue is what a run left behind: resources of its loads and tenants that could not be
// removed, and state of targets that its faults did not put back. Zero is that it was looked
// for and nothing was there: a load ends with the removal of what it made, and each undo with
// the target's fingerprint. There is none of a run that touched nothing. Where nobody could
// look, as on a node whose undo is not verified or in a record that was cut off, it is at
// least what is known, and without that not measured.
func residue() function {
	return function{
		name: "residue", help: "Resources of loads and states of targets that are left when the run has ended.",
		source: ofStamps, unit: conditions.Count,
		words: "what is left behind", ofRun: (*Analysis).residue,
	}
}

// residue is that of this run.
func (a *Analysis) residue() KPI {
	k := KPI{Name: "residue", Scope: "run", Unit: "1", N: 1, State: NotMeasured}
	var what []string
	for _, r := range a.history.residue {
		what = append(what, strings.TrimSpace(r.Node+" "+r.What))
	}
	k.Detail = strings.Join(what, "; ")
	if k.WhyOpen = a.unlooked(); k.WhyOpen != "" {
		k.Detail = strings.TrimPrefix(k.Detail+"; "+k.WhyOpen, "; ")
		if len(what) == 0 {
			return k
		}
		return k.atLeast(float64(len(what)))
	}
	if a.history.vetoed() && len(what) == 0 {
		k.State, k.Detail = None, "nothing was touched"
		return k
	}
	return k.exactly(float64(len(what)))
}

// unlooked says where nobody could look for what is left; empty where all was looked at.
func (a *Analysis) unlooked() string {
	if a.CutOff != "" { // damage of samples and readings leaves the journal as it is, which tells
		return "the record ends before anybody had looked"
	}
	var open []string
	for i := range a.Faults {
		f := &a.Faults[i]
		if !f.happened() || f.Verified || f.told(a.history) {
			continue
		}
		open = append(open, f.Name)
	}
	if len(open) > 0 {
		return fmt.Sprintf("what %s left on its targets nobody has seen", strings.Join(open, ", "))
	}
	return ""
}

// told tells whether what a fault left is among the residue: each of its targets that is
// not known to be as it was is stuck, and named there.
func (f *FaultFigures) told(h history) bool {
	for _, t := range f.Life.Targets {
		if over(t.State) {
			continue
		}
		named := false
		for _, r := range h.residue {
			named = named || r.Node == t.Target.Node
		}
		if !named {
			return false
		}
	}
	return true
}

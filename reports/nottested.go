package reports

import (
	"strings"

	"github.com/openstack-eris/eris/kpi"
)

// NotTested is something that the scenario set out to try or to judge, and that the run
// says nothing about.
type NotTested struct {
	What, Why string
	Link      string // where the page says more
}

// notTested are the faults of which no effect was seen, and the promises and checks that could not
// be judged.
func notTested(v *View, r *kpi.Result) []NotTested {
	var all []NotTested
	for _, f := range r.Faults {
		if f.EffectiveAtMS != nil {
			continue
		}
		why := "no effect was seen; " + f.State
		if f.Reason != "" {
			why += ": " + f.Reason
		}
		what := f.Name + " (" + f.Fault + ")"
		if len(f.Targets) > 0 {
			what += " on " + strings.Join(f.Targets, ", ")
		}
		all = append(all, NotTested{what, why, faultAnchor(f.Name)})
	}
	for _, p := range v.Promises {
		if p.Mark != MarkOf(kpi.Unknown) {
			continue
		}
		why := p.Missing
		if why == "" {
			why = p.Measured
		}
		all = append(all, NotTested{p.What, why, "objectives"})
	}
	return all
}

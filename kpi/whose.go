package kpi

import (
	"fmt"
	"strings"
)

// Whose says of which loads a fault's figures are, where there are several: each is that of the
// load which suffered most, and so two of them may be of two loads, as of one that the run has sent
// and one that was joined to it. Empty where there is one load, or no effect.
func (a *Analysis) Whose(f *FaultFigures) string {
	if len(a.Loads) < 2 || f.Effective == nil {
		return ""
	}
	recovered, _, _ := strings.Cut(f.Recover.Detail, ", healthy for ")
	_, slowed, _ := strings.Cut(f.Ratio.Detail, " of ")
	var parts []string
	for _, l := range a.Loads {
		var its []string
		for _, figure := range []struct {
			what string
			of   KPI
			load string
		}{
			{"first trouble", f.Detect, f.Detect.Detail}, {"downtime", f.Downtime, f.Downtime.Detail}, {"recovery", f.Recover, recovered},
			{"degraded", f.Degraded, f.Degraded.Detail}, {"latency", f.Ratio, slowed},
		} {
			if figure.of.Value != nil && figure.load == l.Plan.Name {
				its = append(its, figure.what)
			}
		}
		if its != nil {
			parts = append(parts, strings.Join(its, ", ")+": "+l.Plan.Name)
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("failed: all %d loads", len(a.Loads))), "; ")
}

package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// searchMaxima finds the maximum of every load whose rate is a share of it, one
// after the other, each alone, and asks for the steady state again, since a cloud
// may not come back at once from what it does not bear. A maximum that is not
// found is a *Veto: nothing is guessed.
func (r *Run) searchMaxima(ctx context.Context) error {
	for _, spec := range r.plan.Spec.Loads {
		if !spec.OfMax() {
			continue
		}
		load := loadgen.Load{Name: spec.Name, Workload: r.workload(spec), Spec: spec.Spec, Env: r.env(spec.Name)}
		r.searched = true
		r.doing("the maximum of load " + spec.Name + " is looked for")
		found, err := loadgen.FindMaximum(ctx, load, r.clock)
		told := &record.Maximum{Load: spec.Name, Rate: float64(found.Rate), Trials: []record.Trial{}}
		if err != nil {
			told.Rate, told.Reason = 0, err.Error()
		}
		for _, t := range found.Trials {
			told.Trials = append(told.Trials, record.Trial{
				Rate: float64(t.Rate), Planned: t.Planned, Succeeded: t.Succeeded, Failed: t.Failed, Dropped: t.Dropped, Queued: t.Queued,
				P99: t.P99, Late: t.Late, Wrong: t.Wrong,
			})
		}
		r.event(record.Event{Maximum: told})
		if err != nil {
			if ctx.Err() == nil { // whoever asked for it is told what the search has left
				r.steadyState(ctx, "after")
			}
			return &Veto{Err: fmt.Errorf("load %s: %w", spec.Name, err)}
		}
		r.maxima[spec.Name] = found.Rate
	}
	if len(r.maxima) == 0 {
		return nil
	}
	if err := r.veto(ctx); err != nil {
		return &Veto{Err: fmt.Errorf("after the search for the maximum of a load, %w", err)}
	}
	if !r.steadyState(ctx, "before") {
		return &Veto{Err: errors.New("the steady state does not hold after the search for the maximum of a load: no fault was made")}
	}
	return nil
}

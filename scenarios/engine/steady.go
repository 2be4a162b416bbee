package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// steadyWithin is how long the steady state may take to be seen: collectors
// need a sweep or two before they can tell.
const steadyWithin = 10 * time.Second

// steadyState checks all parts of the steady state, writes a row for each, and
// reports whether all of them hold. A part that does not hold yet is asked
// again until steadyWithin has passed.
func (r *Run) steadyState(ctx context.Context, when string) bool {
	deadline := r.clock.Now() + steadyWithin
	all := true
	for _, check := range r.plan.Spec.SteadyState {
		row := &record.CheckEvent{Expression: check.Expression, When: when}
		for {
			row.Verdict, row.Detail = r.check(ctx, check)
			if row.Verdict == "pass" || r.clock.Now() >= deadline || pause(ctx, judgeEvery) != nil {
				break
			}
		}
		all = all && row.Verdict == "pass"
		r.event(record.Event{Check: row})
	}
	return all
}

// check asks once.
func (r *Run) check(ctx context.Context, check scenarios.Check) (verdict, detail string) {
	if check.Condition != nil {
		answer := check.Condition.Eval(r.resolve)
		switch answer.Truth {
		case conditions.True:
			return "pass", ""
		case conditions.False:
			return "fail", "it does not hold"
		case conditions.Unknown:
		}
		return "unknown", answer.Reason
	}
	ctx, cancel := context.WithTimeout(ctx, check.Within)
	defer cancel()
	outcome, took := loadgen.Once(ctx, check.Workload, r.env("steady-state"))
	detail = fmt.Sprintf("%s in %v", outcome.Class, took.Round(time.Millisecond))
	if outcome.Class != record.OK {
		if outcome.Err != nil {
			detail += ": " + outcome.Err.Error()
		}
		return "fail", detail
	}
	if took > check.Within {
		return "fail", detail
	}
	return "pass", detail
}

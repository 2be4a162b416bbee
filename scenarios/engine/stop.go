package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

// Stopped is why a run ended before its time. It cancels the run's context.
type Stopped struct {
	Cause  string // condition, halt, interrupt, error
	Reason string
}

// Error is "cause: reason".
func (s *Stopped) Error() string { return s.Cause + ": " + s.Reason }

// judgeEvery is how often conditions are looked at when no signal arrives.
const judgeEvery = 100 * time.Millisecond

// silence is for how long the answer to a stop condition may be missing before that
// counts as a breach. A percentile of too few answers is no silence.
const silence = 3 * time.Second

// watchStops stops the run when a stop condition has held for its time.
func (r *Run) watchStops(ctx context.Context, stop context.CancelCauseFunc) {
	holding := make([]steadyTimer, len(r.plan.Spec.Stop))
	missing := make([]steadyTimer, len(r.plan.Spec.Stop))
	tick := time.NewTicker(judgeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := r.clock.Now()
		for i, condition := range r.plan.Spec.Stop {
			rests := false
			answer := condition.Eval(func(call conditions.Call) conditions.Value {
				load := call.Text("load")
				live, has := r.Live(load)
				rests = rests || r.resting(load) || has && few(live, call)
				return r.resolve(call)
			})
			if holding[i].held(answer.Truth == conditions.True, now, condition.For) {
				stop(&Stopped{Cause: "condition", Reason: condition.Source})
				return
			}
			unknown := answer.Truth == conditions.Unknown && !rests && !r.silenceExpected()
			if missing[i].held(unknown, now, silence) {
				stop(&Stopped{Cause: "condition", Reason: fmt.Sprintf("%s cannot be judged: %s", condition.Source, answer.Reason)})
				return
			}
		}
	}
}

// steadyTimer measures for how long something has been true without a break.
type steadyTimer struct {
	since time.Duration
	on    bool
}

// held notes the present answer and tells whether it has been true for d.
func (t *steadyTimer) held(yes bool, now, d time.Duration) bool {
	if !yes {
		t.on = false
		return false
	}
	if !t.on {
		t.on, t.since = true, now
	}
	return now-t.since >= d
}

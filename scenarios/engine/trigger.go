package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/scenarios"
)

// decision is what a trigger came to.
type decision struct {
	fire bool
	stop error  // what ends the run: its `otherwise: fail`, or a halt
	why  string // in words, for the report
	seen time.Duration
}

// trigger waits for the start of a fault, or for a moment of a load; who is that
// in words. ctx ends when the run is stopped; then the answer is not to fire.
func (r *Run) trigger(ctx context.Context, who string, start scenarios.Start) decision {
	if start.Phase != "" {
		from, err := r.phase.wait(ctx, start.Phase)
		if err != nil {
			return decision{why: err.Error()}
		}
		return r.at(ctx, from+start.Delay, start.String())
	}
	select {
	case <-r.begun:
	case <-ctx.Done():
		return decision{why: context.Cause(ctx).Error()}
	}
	switch {
	case start.After != "":
		// The event itself was awaited before the fault was armed.
		from := r.faults[start.After].reached(start.Event) + start.Delay
		if start.When == nil {
			return r.at(ctx, from, start.String())
		}
		if wait := r.at(ctx, from, ""); !wait.fire {
			return wait
		}
		return r.when(ctx, who, start, from)
	case start.When != nil:
		return r.when(ctx, who, start, r.chaosFrom)
	default:
		return r.at(ctx, r.chaosFrom+start.At, start.String())
	}
}

// at fires at an offset of the run's clock.
func (r *Run) at(ctx context.Context, offset time.Duration, why string) decision {
	if err := r.until(ctx, offset); err != nil {
		return decision{why: err.Error()}
	}
	return decision{fire: true, why: why, seen: max(offset, r.clock.Now())}
}

// when fires as soon as the condition has held for its time, from a moment on.
// It is looked at whenever a signal arrives, and at the latest every judgeEvery.
func (r *Run) when(ctx context.Context, who string, start scenarios.Start, from time.Duration) decision {
	hold := max(start.For, start.When.For)
	deadline := from + start.Within
	tick := time.NewTicker(judgeEvery)
	defer tick.Stop()
	var timer steadyTimer
	for {
		news := r.signals.Changed()
		now := r.clock.Now()
		answer := start.When.Eval(r.resolve)
		if timer.held(answer.Truth == conditions.True, now, hold) {
			return decision{fire: true, why: "saw " + start.When.Source, seen: now}
		}
		if now >= deadline {
			return otherwise(who, start, now, answer)
		}
		select {
		case <-ctx.Done():
			return decision{why: context.Cause(ctx).Error()}
		case <-news:
		case <-tick.C:
		}
	}
}

// otherwise is what comes of a trigger whose condition did not hold in time.
func otherwise(who string, start scenarios.Start, now time.Duration, last conditions.Value) decision {
	why := fmt.Sprintf("%s did not hold within %v", start.When.Source, start.Within)
	if last.Truth == conditions.Unknown && last.Reason != "" {
		why += " (" + last.Reason + ")"
	}
	switch start.Otherwise {
	case scenarios.Fire:
		return decision{fire: true, why: why + ", fired all the same as declared", seen: now}
	case scenarios.Fail:
		return decision{why: why, stop: &Stopped{Cause: "condition", Reason: fmt.Sprintf("%s: %s", who, why)}}
	case scenarios.Skip:
	}
	return decision{why: why}
}

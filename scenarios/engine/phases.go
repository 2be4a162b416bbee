package engine

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// The phases of a run, as records and objectives name them.
const (
	Warmup   = "warmup"
	Baseline = "baseline"
	Chaos    = "chaos"
	Recovery = "recovery"
	Done     = "done"
)

// enter begins a phase.
func (r *Run) enter(phase string) {
	r.event(record.Event{Phase: &record.PhaseStarted{Name: phase}})
}

// until waits for an offset of the run's clock; it returns early, with the
// cause, when the run was stopped.
func (r *Run) until(ctx context.Context, offset time.Duration) error {
	return pause(ctx, offset-r.clock.Now())
}

// pause waits for d or until ctx ends, and returns the cause of its end.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

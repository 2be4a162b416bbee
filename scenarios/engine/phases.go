package engine

import (
	"context"
	"sync"
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

// beside runs work until the returned function is called, which waits for its
// end.
func beside(ctx context.Context, work func(context.Context)) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { work(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
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

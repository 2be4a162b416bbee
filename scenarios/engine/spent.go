package engine

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/scenarios"
)

// lookSpent is how often it is looked whether a load has sent all that it is to send.
const lookSpent = 100 * time.Millisecond

// allOf is how many arrivals a load has all together, where chaos waits for its end and nothing
// can give it more: a trace is over with the last of them, and not with the run.
func (r *Run) allOf(load *scenarios.Load) (n int64, ends bool) {
	a := load.Spec.Arrivals
	if !r.plan.Spec.Phases.UntilLoadsEnded || a == nil || a.Phases != nil || len(load.Changes) > 0 || load.OfMax() || r.away(load) {
		return 0, false
	}
	return a.Count(r.env(load.Name).Seed)
}

// endWhenSent ends a load once so many arrivals were due and each was sent or dropped.
func (r *Run) endWhenSent(ctx context.Context, s *sent, n int64) {
	ticker := time.NewTicker(lookSpent)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if all := s.runner.Live().Totals(); all.Planned >= n && all.Waiting() == 0 {
			s.mu.Lock()
			s.why = "its arrivals are all sent"
			s.mu.Unlock()
			s.runner.End()
			return
		}
	}
}

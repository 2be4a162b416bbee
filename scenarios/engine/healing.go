package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

// How long the cloud must be well again before a fault counts as healed by it.
// A condition may still be answered from what was read before the fault: that
// is over within three intervals of the usual collectors.
const (
	healthyFor   = 2 * time.Second
	conditionFor = 5 * time.Second
)

// healing waits for the cloud to heal a fault by itself and says in words that
// it did; empty when ctx ends before. What was read before the fault took
// effect is no answer. A target can be healthy and the effect still there, as
// in a frozen process whose port the kernel answers for, so the fault's own
// probe has the last word.
func (r *Run) healing(ctx context.Context, l *life) string {
	effective := r.clock.Now()
	least, what := healthyFor, "its targets are healthy"
	if p := l.spec.Healed; p != nil {
		least, what = max(conditionFor, p.For), p.Source
	}
	var timer steadyTimer
	for {
		now := r.clock.Now()
		if timer.held(r.healed(l, now-effective), now, least) && (l.spec.Healed != nil || l.injection.Gone(ctx)) {
			return fmt.Sprintf("the cloud healed itself within %v: %s", (timer.since - effective).Round(time.Millisecond), what)
		}
		if pause(ctx, judgeEvery) != nil {
			return ""
		}
	}
}

// healed tells whether the cloud is well now, by words of at most that age.
func (r *Run) healed(l *life, age time.Duration) bool {
	if p := l.spec.Healed; p != nil {
		return p.Eval(r.resolve).Truth == conditions.True
	}
	return len(r.unhealthy(l.refs(), min(age, r.vitalEvery+freshness))) == 0
}

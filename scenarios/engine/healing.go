package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// How long the cloud must be well again before a fault counts as healed by it.
const (
	healthyFor   = 2 * time.Second
	conditionFor = 5 * time.Second
)

// healing waits for the cloud to heal a fault by itself and says in words that
// it did; healed is false when ctx ends before, and told says then what was
// missing.
//
// By the targets' health: what was read before the fault took effect is no
// answer, and since a target can be healthy and the effect still there, as in a
// frozen process whose port the kernel answers for, the fault's own probe has the
// last word. By a condition: it must have been seen not to hold since the effect,
// or what was true before would do. In both the fault must still be held when it
// is said, or the healing was the dead-man's.
func (r *Run) healing(ctx context.Context, l *life) (told string, healed bool) {
	effective := r.clock.Now()
	least, what, last := healthyFor, "its targets are healthy", l.injection.Gone
	unwell := true
	if p := l.spec.Healed; p != nil {
		least, what, last = max(conditionFor, p.For), p.Source, l.injection.Kept
		unwell = false
	}
	var timer steadyTimer
	ill := effective // when it was last known to be, by words that were as old as they may be
	for {
		now := r.clock.Now()
		well := r.healed(l, now-effective)
		unwell = unwell || !well
		if !well {
			ill = max(effective, now-r.vitalEvery-freshness)
		}
		if timer.held(well && unwell, now, least) && last(ctx) {
			r.event(record.Event{Healed: &record.HealedEvent{Fault: l.spec.Name, From: ill, At: timer.since}})
			return fmt.Sprintf("the cloud healed itself within %v: %s", (timer.since - effective).Round(time.Millisecond), what), true
		}
		if pause(ctx, judgeEvery) != nil {
			if !unwell {
				return what + " was never seen not to hold", false
			}
			return "", false
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

package engine

import (
	"context"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
)

// clocksMost bounds how long clocks are asked for that nothing is stamped by.
const clocksMost = 10 * time.Second

// measureClocks has the clocks of the nodes measured that the run reaches and does not strike, by
// which it stamps nothing: what is read there and stands in the logs there can be held against
// the run. It is before the loads and after them, so that their drift is known, and costs no load
// anything. Those that are struck are measured whenever they answer. A run that is over early
// does not wait for it.
func (r *Run) measureClocks(ctx context.Context) {
	if ctx.Err() != nil || r.Rehearsal {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, clocksMost)
	defer cancel()
	struck := map[string]bool{}
	for _, ref := range targets(r.plan) {
		struck[ref.Node] = true
	}
	names := slices.DeleteFunc(r.plan.Reached(), func(name string) bool { return struck[name] })
	for _, event := range collectors.Clocks(ctx, r.Nodes, r.clock, names) {
		r.event(record.Event{Clock: &event})
	}
}

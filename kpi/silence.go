package kpi

import (
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// reconnect is for how long a node may be silent to a collector that was only cut off,
// after that is over: until its connection is given up and made anew.
const reconnect = 30 * time.Second

// silentUntil is when the gap of a collector that is the i-th of its events was over: the run's
// end where it never was.
func (a *Analysis) silentUntil(i int) time.Duration {
	gap := a.history.collects[i]
	for _, c := range a.history.collects[i+1:] {
		if c.Collector == gap.Collector && c.Node == gap.Node && c.State != "gap" {
			return c.at
		}
	}
	return max(a.End, gap.at)
}

// silenced tells whether faults of the whole node, or that cost it, excuse its silence from
// its begin to its end: one took it away before, and where it was undone, and the node had had
// the time to come back, another has.
func (a *Analysis) silenced(node string, silence Span) bool {
	until := silence.From
	for excused := false; ; {
		further := false
		for i := range a.Faults {
			f := &a.Faults[i]
			if f.Asked == nil || until < *f.Asked || !f.takesAway(node) {
				continue
			}
			if f.Undone == nil {
				return true
			}
			after := a.Settings.BootTime
			if f.Life.Plan.Severs {
				after = reconnect // nobody boots
			}
			if end := *f.Undone + after; end >= silence.From {
				excused = true
				if end > until {
					until, further = end, true
				}
			}
		}
		if !further {
			return excused && silence.To <= until
		}
	}
}

// takesAway tells whether the fault is one of the whole node, or costs it.
func (f *FaultFigures) takesAway(node string) bool {
	whole := func(t record.Target) bool { return t.Node == node && t.Service == "" }
	return slices.ContainsFunc(f.Life.Plan.Costs, whole) ||
		slices.ContainsFunc(f.Life.Targets, func(t TargetLife) bool { return whole(t.Target) })
}

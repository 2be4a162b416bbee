package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Whom a fault was only armed on, because it was aimed at others when it fired,
// is no target that it missed.
func TestWhoWasSparedIsNoTarget(t *testing.T) {
	rec := example.Passing()
	name := rec.Meta.Faults[0].Name
	spared := record.Target{Node: "ctl-9", Service: "keystone"}
	rec.Meta.Faults[0].Targets = append(rec.Meta.Faults[0].Targets, spared)
	skipped := record.Event{At: 30 * time.Second, Type: "target", Target: &record.TargetEvent{
		Name: name, Target: spared, State: record.Skipped, Reason: "the fault is aimed at others"}}
	for i, e := range rec.Events {
		if e.Fault != nil && e.Fault.State == record.Injecting {
			rec.Events[i].Fault.Aim = "keystone@ctl-1: keepalived leads on ctl-1"
			rec.Events = append(rec.Events[:i+1], append([]record.Event{skipped}, rec.Events[i+1:]...)...)
			break
		}
	}
	a := kpi.Compute(rec, kpi.Settings{})
	require.NotContains(t, a.Result.Faults[0].Targets, spared.String())
	require.NotEmpty(t, a.Result.Faults[0].Targets)
	require.Equal(t, "keystone@ctl-1: keepalived leads on ctl-1", a.Result.Faults[0].Aim)
	for _, q := range a.Result.Quality {
		if q.Assumption == "every fault took effect" {
			require.Equal(t, kpi.Pass, q.Verdict, q.Detail)
			return
		}
	}
	require.Fail(t, "nothing is said of the faults' effect")
}

// A fault that ended before its time by itself was not held as planned, unless it
// passes by itself as it must.
func TestWhatEndsByItselfWasNotHeld(t *testing.T) {
	for passes, want := range map[bool]kpi.Verdict{false: kpi.Unknown, true: kpi.Pass} {
		rec := example.Passing()
		fault := &rec.Meta.Faults[0]
		fault.Passes = passes
		end := rec.Events[len(rec.Events)-2:]
		rec.Events = rec.Events[: len(rec.Events)-2 : len(rec.Events)-2]
		for i, target := range fault.Targets {
			rec.Events = append(rec.Events, record.Event{At: time.Duration(34+i) * time.Second, Type: "target", Target: &record.TargetEvent{
				Name: fault.Name, Target: target, State: record.Undoing, By: "itself", Reason: "its effect is not seen any more"}})
		}
		rec.Events = append(rec.Events, end...)
		a := kpi.Compute(rec, kpi.Settings{})
		found := false
		for _, q := range a.Result.Quality {
			if q.Assumption == "every fault was held as planned" {
				found = true
				require.Equal(t, want, q.Verdict, q.Detail)
			}
		}
		require.True(t, found)
		held, ok := a.Faults[0].Held(80 * time.Second)
		require.True(t, ok)
		require.Equal(t, 35*time.Second, held.To, "what is over is not held")
	}
}

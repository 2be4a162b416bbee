package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/reports/live"
	"github.com/openstack-eris/eris/scenarios"
)

// The steady state is asked for once more after the search for a maximum: what was told
// before it is replaced, and no more is open than is still to come.
func TestAWordOnACheckReplacesTheLast(t *testing.T) {
	t.Parallel()
	none := func(string) (*loadgen.Live, bool) { return nil, false }
	f := newFeed(&scenarios.Plan{SteadyState: []string{"a", "b"}}, "run", record.NewClock(), none)
	tell := func(when string, verdicts ...string) {
		for i, verdict := range verdicts {
			f.event(record.Event{Check: &record.CheckEvent{Expression: []string{"a", "b"}[i], When: when, Verdict: verdict}})
		}
	}
	require.Equal(t, live.Checks{Open: 4}, f.snapshot().Checks)
	tell("before", "pass", "pass")
	require.Equal(t, live.Checks{Passed: 2, Open: 2}, f.snapshot().Checks)
	tell("before", "pass", "unknown")
	require.Equal(t, live.Checks{Passed: 1, Failed: 1, Open: 2}, f.snapshot().Checks)
	tell("before", "pass", "pass")
	tell("after", "pass", "fail")
	require.Equal(t, live.Checks{Passed: 3, Failed: 1}, f.snapshot().Checks)
}

// The display has what the run and its loads told: failures by class, and what recovery follows.
// Before the first phase the display names the nodes that have not answered.
func TestTheDisplayNamesTheNodesThatHaveNotAnswered(t *testing.T) {
	lose := &scenarios.PlannedFault{Name: "lose", Targets: []inventory.Ref{{Node: "ctl-1", Service: "keystone"}, {Node: "ctl-2", Service: "keystone"}}}
	freeze := &scenarios.PlannedFault{Name: "freeze", Targets: []inventory.Ref{{Node: "ctl-1"}}}
	f := newFeed(&scenarios.Plan{Faults: []*scenarios.PlannedFault{lose, freeze}}, "run", record.NewClock(), nil)
	answers := func(fault, node, service string) {
		f.event(record.Event{Target: &record.TargetEvent{Name: fault, Target: record.Target{Node: node, Service: service}, State: record.Preflight}})
	}
	require.Equal(t, []string{"ctl-1", "ctl-2"}, f.snapshot().Silent)
	answers("lose", "ctl-1", "keystone")
	require.Equal(t, []string{"ctl-2", "ctl-1"}, f.snapshot().Silent, "it has two to answer")
	answers("freeze", "ctl-1", "")
	answers("lose", "ctl-2", "keystone")
	require.Empty(t, f.snapshot().Silent)
	f = newFeed(&scenarios.Plan{Faults: []*scenarios.PlannedFault{lose}}, "run", record.NewClock(), nil)
	f.event(record.Event{Phase: &record.PhaseStarted{Name: "warmup"}})
	require.Empty(t, f.snapshot().Silent, "it is over")
}

func TestTheDisplayHasFailuresByClassAndWhatRecoveryFollows(t *testing.T) {
	t.Parallel()
	clock := record.NewClock()
	figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
	for _, class := range []record.Class{record.OK, record.HTTP5xx, record.Timeout, record.Timeout, record.Aborted, record.Dropped} {
		figures.Outcome(record.Sample{Class: class, End: 1})
	}
	plan := &scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}, Faults: []*scenarios.PlannedFault{{Name: "f1"}, {Name: "f2"}}}
	f := newFeed(plan, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
	for _, e := range []record.Event{
		{Phase: &record.PhaseStarted{Name: "chaos"}},
		{Fault: &record.FaultEvent{Name: "f1", State: record.Undone}},
		{Fault: &record.FaultEvent{Name: "f2", State: record.Held}},
	} {
		f.event(e)
	}
	require.Empty(t, f.snapshot().PhaseNote)
	f.event(record.Event{Fault: &record.FaultEvent{Name: "f2", State: record.Undone}})
	f.event(record.Event{Phase: &record.PhaseStarted{Name: "recovery"}})
	s := f.snapshot()
	require.Equal(t, "after f2", s.PhaseNote)
	require.Equal(t, []live.ErrorCount{{Class: record.Timeout, Count: 2}, {Class: record.HTTP5xx, Count: 1}}, s.Loads[0].Errors)
}

// A load is shown as not started before its start, and with its sums once it has ended; of a fault
// whose loads have not recovered the last frame says that.
func TestTheDisplaySaysHowFarALoadHasCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
		f := newFeed(&scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "boots"}}}, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
		stage := func() live.Stage { return f.snapshot().Loads[0].Stage }
		tell := func(state string) {
			f.event(record.Event{Load: &record.LoadEvent{Name: "boots", State: state}})
		}
		require.Equal(t, live.NotStarted, stage())
		require.Nil(t, f.snapshot().Loads[0].ErrorRatio, "nothing has ended")
		tell("started")
		require.Equal(t, live.Sends, stage())
		tell("changed")
		require.Equal(t, live.Sends, stage())
		tell("stopped")
		require.Equal(t, live.Ended, stage())
	})
	line := &faultLine{undone: new(70 * time.Second), sick: true}
	require.Equal(t, "recovering for 30 s", line.says("", 100*time.Second, false))
	require.Equal(t, "not recovered by the end", line.says("", 100*time.Second, true))
}

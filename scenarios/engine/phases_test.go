package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// short are phases that begin chaos 9 s after the first of them.
func short() scenarios.Phases {
	return scenarios.Phases{Warmup: 3 * time.Second, Baseline: 6 * time.Second, Chaos: 10 * time.Second, Recovery: 5 * time.Second}
}

// at is when a fault entered a state.
func (s *scene) at(t *testing.T, fault string, state record.FaultState) time.Duration {
	t.Helper()
	for _, e := range s.seen() {
		if e.Fault != nil && e.Fault.Name == fault && e.Fault.State == state {
			return e.At
		}
	}
	require.Failf(t, "no such event", "%s was never %s: %v", fault, state, s.states(fault))
	return 0
}

// why is the reason that a fault gave with a state.
func (s *scene) why(fault string, state record.FaultState) string {
	for _, e := range s.seen() {
		if e.Fault != nil && e.Fault.Name == fault && e.Fault.State == state {
			return e.Fault.Reason
		}
	}
	return "it never was " + string(state)
}

// healed is what was told of a fault that the cloud has healed.
func (s *scene) healed(t *testing.T, fault string) record.HealedEvent {
	t.Helper()
	for _, e := range s.seen() {
		if e.Healed != nil && e.Healed.Fault == fault {
			return *e.Healed
		}
	}
	require.Fail(t, "nobody told that it was healed", fault)
	return record.HealedEvent{}
}

// clean requires that no fault is left on a node, and the journal's end.
func (s *scene) clean(t *testing.T) record.RunEnded {
	t.Helper()
	for id, g := range s.nodes.guards {
		require.Equal(t, "verified", g.state, id)
	}
	events := s.seen()
	require.NotNil(t, events[len(events)-1].Ended)
	return *events[len(events)-1].Ended
}

// The hold of what passes by itself is the time that it has for that.
func TestWhatPassesByItselfIsNotSaidToBeHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		blip := strike("blip", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1"))
		blip.Passes = true
		s := newScene(t, scenarios.Spec{Phases: short()}, blip)
		require.NoError(t, s.Execute(t.Context()))
		require.Equal(t, "the 2s in which its effect has to pass are over", s.why("blip", record.Undoing))
	})
}

// A fault may outlast the phase: recovery is measured from the last undo.
func TestRecoveryBeginsWithTheLastUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short(), SteadyState: checks(t, `count_where("service.healthy", `+healthOf+`) == 3`)},
			strike("early", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")),
			strike("late", scenarios.Start{At: 9 * time.Second}, 20*time.Second, keystone("ctl-2")))
		require.NoError(t, s.Execute(t.Context()))
		require.Empty(t, s.clean(t))
		require.Empty(t, s.stops())
		require.Equal(t, "held for 20s", s.why("late", record.Undoing))
		names, at := s.phaseTimes()
		require.Equal(t, []string{Warmup, Baseline, Chaos, Recovery, Done}, names)
		require.Equal(t, 9*time.Second, at[Chaos]-at[Warmup])
		require.Equal(t, at[Chaos]+29*time.Second, s.at(t, "late", record.Undone))
		require.Equal(t, s.at(t, "late", record.Undone), at[Recovery])
		require.Equal(t, at[Recovery]+5*time.Second, at[Done])
		rows, _ := s.rows()
		require.Equal(t, []string{"before pass", "after pass"}, []string{rows[0].When + " " + rows[0].Verdict, rows[1].When + " " + rows[1].Verdict})
	})
}

func TestChaosLastsForItsTimeWithoutFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short()})
		require.NoError(t, s.Execute(t.Context()))
		_, at := s.phaseTimes()
		require.Equal(t, at[Chaos]+10*time.Second, at[Recovery])
	})
}

// A run that is stopped by a condition says so, undoes at once, and checks how
// it leaves the cloud.
func TestAStopConditionEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := `count_where("service.healthy", ` + healthOf + `) < 3 for 2s`
		s := newScene(t, scenarios.Spec{
			Phases: short(), Stop: []*conditions.Program{condition(t, down)},
			SteadyState: checks(t, `count_where("service.healthy", `+healthOf+`) == 3`),
		},
			strike("lose", scenarios.Start{At: time.Second}, time.Minute, keystone("ctl-1")),
			strike("later", scenarios.Start{After: "lose", Event: scenarios.Recovered}, time.Minute, keystone("ctl-2")))
		require.NoError(t, s.Execute(t.Context()))
		require.Empty(t, s.clean(t))
		require.Equal(t, []record.StopEvent{{Cause: "condition", Reason: down}}, s.stops())
		require.Equal(t, "condition: "+down, s.why("lose", record.Undoing))
		names, at := s.phaseTimes()
		require.Equal(t, []string{Warmup, Baseline, Chaos, Done}, names, "there is no recovery to measure")
		require.InDelta(t, 4, (s.at(t, "lose", record.Undone) - at[Chaos]).Seconds(), 1.1)
		require.Equal(t, []record.FaultState{record.Preflight, record.Skipped}, s.states("later"))
		rows, _ := s.rows()
		require.Len(t, rows, 2)
		require.Equal(t, "after", rows[1].When)
		require.Equal(t, "pass", rows[1].Verdict, rows[1].Detail)
	})
}

func TestAnInterruptBeforeChaosTouchesNothing(t *testing.T) {
	for _, after := range []time.Duration{2 * time.Second, 5 * time.Second, 8 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, scenarios.Spec{Phases: short()}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			require.NoError(t, s.Execute(ctx))
			require.Empty(t, s.clean(t))
			require.Len(t, s.stops(), 1)
			require.Equal(t, "interrupt", s.stops()[0].Cause)
			require.NotContains(t, s.states("lose"), record.Injecting)
			names, at := s.phaseTimes()
			require.NotContains(t, names, Chaos)
			require.Equal(t, Done, names[len(names)-1])
			require.Equal(t, after, at[Done])
		})
	}
}

// Being stopped is the normal end of a run without one of its own.
func TestUntilStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		phases := short()
		phases.UntilStopped = true
		s := newScene(t, scenarios.Spec{Phases: phases}, strike("lose", scenarios.Start{}, 5*time.Second, keystone("ctl-1")))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		require.NoError(t, s.Execute(ctx))
		require.Empty(t, s.clean(t))
		require.Empty(t, s.stops())
		require.GreaterOrEqual(t, s.clock.Now(), time.Hour)
		require.Contains(t, s.states("lose"), record.Undone)
	})
}

// Where a scenario says so, chaos is over with the last load, but not before its
// faults are undone, and not later than its own time.
func TestUntilLoadsEnded(t *testing.T) {
	few := func(iterations int64) *scenarios.Load {
		load := tokens(&fakeWork{takes: 100 * time.Millisecond})
		load.Spec.Iterations, load.Start = iterations, &scenarios.Start{Phase: Chaos}
		return load
	}
	stepped := func(more time.Duration) *scenarios.Load {
		load := tokens(&fakeWork{takes: 100*time.Millisecond + more})
		load.Spec = loadgen.DefaultSpec()
		load.Spec.Pool, load.Start = 1, &scenarios.Start{Phase: Chaos}
		load.Spec.Arrivals = &loadgen.Arrivals{Steps: []loadgen.Step{{Rate: 10, For: 200 * time.Millisecond}}}
		return load
	}
	hold := strike("lose", scenarios.Start{}, 6*time.Second, keystone("ctl-1"))
	for name, c := range map[string]struct {
		load   *scenarios.Load
		faults []*scenarios.PlannedFault
		lasts  [2]float64 // seconds
	}{
		"its iterations are done": {few(4), nil, [2]float64{3, 4}},
		"a fault is held":         {few(4), []*scenarios.PlannedFault{hold}, [2]float64{6, 8}},
		"it goes on and on":       {few(0), nil, [2]float64{10, 10}},
		"its arrivals are sent":   {stepped(0), nil, [2]float64{0.2, 0.5}},
		"of which some are late":  {stepped(2 * time.Second), nil, [2]float64{4.2, 4.5}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				phases := short()
				phases.UntilLoadsEnded = true
				s := newScene(t, scenarios.Spec{Phases: phases, Loads: []*scenarios.Load{c.load}}, c.faults...)
				s.whole(t.Context(), t)
				require.Empty(t, s.clean(t))
				require.Empty(t, s.stops())
				names, at := s.phaseTimes()
				require.Equal(t, []string{Warmup, Baseline, Chaos, Recovery, Done}, names)
				lasted := (at[Recovery] - at[Chaos]).Seconds()
				require.GreaterOrEqual(t, lasted, c.lasts[0])
				require.LessOrEqual(t, lasted, c.lasts[1])
			})
		})
	}
}

func TestWithoutTheSteadyStateNothingIsTouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short(), SteadyState: checks(t, busy)},
			strike("lose", scenarios.Start{}, 5*time.Second, keystone("ctl-1")))
		var veto *Veto
		require.ErrorAs(t, s.Execute(t.Context()), &veto)
		require.Contains(t, s.clean(t).Veto, "the steady state does not hold before the first fault")
		require.Empty(t, s.nodes.guards, "nothing was even armed")
		names, _ := s.phaseTimes()
		require.Empty(t, names)
	})
}

// An operator's halt on a node ends the run, and what is held is put back.
func TestAHaltEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short()},
			strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")),
			strike("other", scenarios.Start{At: 30 * time.Second}, time.Minute, keystone("ctl-2")))
		time.AfterFunc(15*time.Second, func() { s.nodes.set(func() { s.nodes.halted = true }) })
		require.NoError(t, s.Execute(t.Context()))
		require.Empty(t, s.clean(t))
		require.Len(t, s.stops(), 1)
		require.Equal(t, "halt", s.stops()[0].Cause)
		require.InDelta(t, 15, s.clock.Now().Seconds(), 1.1)
		require.NotContains(t, s.states("other"), record.Injecting)
	})
}

// A node of the run that no fault is on was halted: its claim tells so.
func TestAHaltOfAnyNodeEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: short()}, strike("lose", scenarios.Start{}, time.Minute, keystone("ctl-1")))
		time.AfterFunc(15*time.Second, func() { s.nodes.set(func() { s.nodes.forbid = "ctl-3" }) })
		require.NoError(t, s.Execute(t.Context()))
		require.Empty(t, s.clean(t))
		require.Len(t, s.stops(), 1)
		require.Equal(t, "halt", s.stops()[0].Cause)
		require.Contains(t, s.stops()[0].Reason, "halted on ctl-3: too hot")
		require.InDelta(t, 15, s.clock.Now().Seconds(), 2.1)
	})
}

// Work goes on through all phases, and what it made is removed.
func TestLoadsRunThroughAllPhases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{takes: 100 * time.Millisecond}
		s := newScene(t, scenarios.Spec{Phases: short(), Loads: []*scenarios.Load{tokens(work)}})
		require.NoError(t, s.Execute(t.Context()))
		var states []string
		var times []time.Duration
		for _, e := range s.seen() {
			if e.Load != nil {
				states, times = append(states, e.Load.State), append(times, e.At)
			}
		}
		require.Equal(t, []string{"started", "stopped"}, states)
		_, at := s.phaseTimes()
		require.Equal(t, at[Warmup], times[0])
		require.GreaterOrEqual(t, times[1], at[Done])
		require.True(t, work.closed.Load())
	})
}

// A baseline lasts as long as it was to, however late it is noticed that it has begun.
func TestABaselineIsNoShorterForBeginningLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		phases := short()
		phases.Warmup, phases.Baseline = 0, time.Second
		s := newScene(t, scenarios.Spec{Phases: phases, Loads: []*scenarios.Load{tokens(&fakeWork{takes: 100 * time.Millisecond})}})
		s.Record.Subscribe(func(e record.Event) {
			if e.Phase != nil && e.Phase.Name == Warmup {
				time.Sleep(40 * time.Millisecond)
			}
		})
		time.Sleep(time.Second) // of a run's preparation
		require.NoError(t, s.Execute(t.Context()))
		_, at := s.phaseTimes()
		require.GreaterOrEqual(t, at[Chaos]-at[Baseline], time.Second)
	})
}

package engine

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// flow is an open load that sends so many a second.
func flow(name string, arrivals loadgen.Arrivals, w *fakeWork) *scenarios.Load {
	spec := loadgen.DefaultSpec()
	spec.Arrivals = &arrivals
	return &scenarios.Load{Name: name, Kind: "fake", Workload: w, Spec: spec}
}

// whole runs a scene to its end.
func (s *scene) whole(ctx context.Context, t *testing.T) {
	t.Helper()
	require.NoError(t, s.Execute(ctx))
}

// story is what was written down of the loads: when, and what.
func (s *scene) story() (lines []string) {
	for _, e := range s.seen() {
		if e.Load != nil {
			line := fmt.Sprintf("%v %s %s", e.At.Round(100*time.Millisecond), e.Load.Name, e.Load.State)
			if e.Load.Rate != 0 {
				line += fmt.Sprintf(" %g/s", e.Load.Rate)
			}
			if e.Load.Trigger != "" {
				line += ": " + e.Load.Trigger
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func tenEach() scenarios.Phases {
	const long = 10 * time.Second
	return scenarios.Phases{Warmup: long, Baseline: long, Chaos: long, Recovery: long}
}

func TestALoadHasItsRateInEachPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := flow("tokens", loadgen.Arrivals{Rate: 10, Phases: &loadgen.PhaseRates{Warmup: new(loadgen.Rate(2)), Chaos: new(loadgen.Rate(50)), Recovery: new(loadgen.Rate(0))}}, &fakeWork{})
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}})
		s.whole(t.Context(), t)
		live, _ := s.Live("tokens")
		require.InDelta(t, 10*(2+10+50), live.Totals().Planned, 1)
		require.Equal(t, live.Totals().Planned, live.Totals().Succeeded)
		require.Equal(t, []string{
			"0s tokens started 2/s", "10s tokens changed 10/s: when baseline begins",
			"20s tokens changed 50/s: when chaos begins", "30s tokens changed: when recovery begins", "40s tokens stopped",
		}, s.story())
		require.Equal(t, loadgen.Rate(10), load.Spec.Arrivals.Rate, "the scenario's own")
	})
}

// Before a load starts, and after its end, its figures are rightly missing.
func TestAStopConditionWaitsForItsLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := flow("late", loadgen.Arrivals{Rate: 10}, &fakeWork{})
		late.Start, late.End = &scenarios.Start{Phase: Chaos, Delay: 5 * time.Second}, &scenarios.Start{Phase: Recovery}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{late}, Stop: []*conditions.Program{condition(t, `error_ratio("late", "2s") > 90%`)}})
		s.whole(t.Context(), t)
		require.Empty(t, s.stops())
	})
}

// A percentile of too few answers is not known, and no silence that ends a run; once there are
// enough it does.
func TestAStopConditionOnAPercentileWaitsForEnoughAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := func(rate loadgen.Rate) []record.StopEvent {
			load := flow("tokens", loadgen.Arrivals{Rate: rate}, &fakeWork{})
			s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}, Stop: []*conditions.Program{condition(t, `p99("tokens", "30s") >= 0s`)}})
			s.whole(t.Context(), t)
			return s.stops()
		}
		require.Empty(t, of(20))
		require.Len(t, of(40), 1)
	})
}

// Where enough arrivals were due for a percentile and the cloud answers few of them, the load
// is silent: the condition that guards it cannot be judged, and ends the run.
func TestAStopConditionOnAPercentileEndsTheRunWhereFewAreAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{}
		load := flow("tokens", loadgen.Arrivals{Rate: 100}, work)
		load.Spec.Timeout = time.Minute
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}, Stop: []*conditions.Program{condition(t, `p99("tokens", "12s") > 5s`)}})
		time.AfterFunc(18*time.Second, func() { work.stalls.Store(true) })
		s.whole(t.Context(), t)
		require.Len(t, s.stops(), 1)
		require.Contains(t, s.stops()[0].Reason, `cannot be judged: p99("tokens", "12s") needs ten answers beyond it`)
	})
}

// Loads start, end and change by what faults start by.
func TestLoadsGoByTheTriggersOfFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := flow("late", loadgen.Arrivals{Rate: 10}, &fakeWork{})
		late.Start, late.End = &scenarios.Start{Phase: Baseline, Delay: 2 * time.Second}, &scenarios.Start{Phase: Recovery}
		busier := flow("busier", loadgen.Arrivals{Ramp: &loadgen.Ramp{To: 100, Over: 100 * time.Second}}, &fakeWork{})
		busier.Changes = []scenarios.Turn{
			{Change: loadgen.Change{Hold: true}, Start: scenarios.Start{When: condition(t, busy), For: time.Second, Within: 9 * time.Second}},
			{Change: loadgen.Change{Rate: 5}, Start: scenarios.Start{When: condition(t, `in_flight("busier") > 5`), Within: time.Second, Otherwise: scenarios.Skip}},
			{Change: loadgen.Change{Rate: 7}, Start: scenarios.Start{Phase: Recovery, Delay: 5 * time.Second}},
		}
		follows := tokens(&fakeWork{takes: 500 * time.Millisecond})
		follows.Start = &scenarios.Start{After: "lose", Event: scenarios.Undone, Delay: time.Second}
		follows.End = &scenarios.Start{When: condition(t, `iterations("tokens") >= 3`), Within: 10 * time.Second}
		never := flow("never", loadgen.Arrivals{Rate: 10}, &fakeWork{})
		never.Start = &scenarios.Start{When: condition(t, `iterations("nobody") > 3`), Within: 2 * time.Second, Otherwise: scenarios.Skip}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{late, busier, follows, never}},
			strike("lose", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")))
		time.AfterFunc(25*time.Second, func() { s.gauge("ctl-1", 9, time.Hour) })
		s.whole(t.Context(), t)
		require.ElementsMatch(t, []string{
			"0s busier started",
			"12s late started 10/s: 2s into baseline",
			"21s busier skipped: goes on with 5/s: in_flight(\"busier\") > 5 did not hold within 1s",
			"22s never skipped: start: iterations(\"nobody\") > 3 did not hold within 2s (iterations(\"nobody\") has no figure yet)",
			"24s tokens started: 1s after lose is undone",
			"26.5s tokens stopped: saw iterations(\"tokens\") >= 3",
			"26s busier changed 26/s: saw " + busy,
			"30s late stopped: when recovery begins",
			"35s busier changed 7/s: 5s into recovery",
			"40s busier stopped",
		}, s.story())
		planned := func(load string) int64 {
			live, ok := s.Live(load)
			require.True(t, ok)
			return live.Totals().Planned
		}
		require.InDelta(t, 10*18, planned("late"), 1)
		require.InDelta(t, 26*26/2.0+26*9+7*5, planned("busier"), 1)
		require.Equal(t, int64(3), planned("tokens"))
		require.Zero(t, planned("never"))
	})
}

func TestALoadThatCannotStartMayEndTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := flow("tokens", loadgen.Arrivals{Rate: 10}, &fakeWork{})
		load.Start = &scenarios.Start{When: condition(t, busy), Within: 2 * time.Second, Otherwise: scenarios.Fail}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}})
		s.whole(t.Context(), t)
		require.Equal(t, []record.StopEvent{{Cause: "condition", Reason: "load tokens: " + busy + " did not hold within 2s (signal(\"sockets.established\", \"ctl-1\") has no reading)"}}, s.stops())
		require.Less(t, s.clock.Now(), 23*time.Second)
	})
}

// What is in flight at the run's own end is let end; a stop waits for nothing.
func TestTheRunsEndDrainsItsLoads(t *testing.T) {
	for stops, want := range map[bool]loadgen.Totals{
		false: {Planned: 400, Started: 400, Succeeded: 400},
		true:  {Planned: 255, Started: 255, Succeeded: 225, Aborted: 30},
	} {
		synctest.Test(t, func(t *testing.T) {
			load := flow("tokens", loadgen.Arrivals{Rate: 10}, &fakeWork{takes: 3 * time.Second})
			s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}})
			ctx, stop := stopper(t)
			asked := 25*time.Second + 450*time.Millisecond
			if stops {
				time.AfterFunc(asked, func() { stop(&Stopped{Cause: "halt"}) })
			}
			s.whole(ctx, t)
			live, _ := s.Live("tokens")
			totals := live.Totals()
			require.InDelta(t, want.Planned, totals.Planned, 1)
			require.InDelta(t, want.Succeeded, totals.Succeeded, 1)
			require.InDelta(t, want.Aborted, totals.Aborted, 1)
			require.Equal(t, totals.Planned, totals.Succeeded+totals.Aborted)
			if stops {
				require.Less(t, s.clock.Now()-asked, 200*time.Millisecond)
			}
		})
	}
}

func TestWhatWasNotToComeIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := tokens(&fakeWork{takes: 500 * time.Millisecond})
		load.Spec.Iterations = 12
		load.End = &scenarios.Start{Phase: Recovery}
		other := flow("other", loadgen.Arrivals{Rate: 10}, &fakeWork{})
		other.End = &scenarios.Start{Phase: Recovery, Delay: time.Hour}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load, other}})
		s.whole(t.Context(), t)
		require.ElementsMatch(t, []string{
			"0s tokens started", "0s other started 10/s",
			"11.5s tokens stopped: its iterations are done", "11.5s tokens skipped: end: the load came to its end before",
			"40s other skipped: end: the run came to its end before", "40s other stopped",
		}, s.story())
		for _, e := range s.seen() {
			if e.Load != nil && e.Load.State == "skipped" && e.Load.Name == "other" {
				require.Equal(t, &record.SkippedStep{Step: "end", Why: "the run came to its end before"}, e.Load.Skipped)
			}
		}
	})
}

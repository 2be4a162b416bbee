package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// A fault is told to be recovered from when the loads have been as in the baseline for as long as
// the report's rule wants, however rarely anybody looks; a load of few answers has no p99.
func TestTheDisplaySaysWhenTheLoadsHaveRecovered(t *testing.T) {
	for _, looks := range []time.Duration{300 * time.Millisecond, 10 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
			plan := &scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}, Faults: []*scenarios.PlannedFault{{Name: "f1"}, {Name: "f2"}}}
			plan.Phases.Baseline, plan.Phases.Recovery = 60*time.Second, 60*time.Second
			f := newFeed(plan, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
			last := -looks
			until := func(end time.Duration, class record.Class, each time.Duration) {
				for now := clock.Now(); now < end; now = clock.Now() {
					figures.Outcome(record.Sample{Class: class, Intended: now - 50*time.Millisecond, Started: now - 50*time.Millisecond, End: now})
					if now-last >= looks {
						last = now
						f.snapshot()
					}
					time.Sleep(each)
				}
			}
			state := func(name string, s record.FaultState) {
				f.event(record.Event{At: clock.Now(), Fault: &record.FaultEvent{Name: name, State: s}})
			}
			note := func(n int) string { return f.snapshot().Faults[n].Note }
			f.event(record.Event{Phase: &record.PhaseStarted{Name: "baseline"}})
			until(60*time.Second, record.OK, 20*time.Millisecond)
			require.NotNil(t, f.snapshot().Loads[0].P99, "of twenty seconds, which have a thousand answers")
			f.event(record.Event{At: clock.Now(), Phase: &record.PhaseStarted{Name: "chaos"}})
			state("f1", record.Held)
			until(70*time.Second, record.HTTP5xx, 20*time.Millisecond)
			state("f1", record.Undone)
			until(74*time.Second, record.HTTP5xx, 20*time.Millisecond)
			require.Equal(t, "recovering for 4 s", note(0))
			until(90*time.Second, record.OK, 20*time.Millisecond)
			require.Equal(t, "recovering for 20 s", note(0))
			until(96*time.Second, record.OK, 20*time.Millisecond)
			require.Equal(t, "looks well in ~14 s", note(0))
			state("f2", record.Held)
			until(100*time.Second, record.OK, 20*time.Millisecond)
			state("f2", record.Undone)
			until(130*time.Second, record.OK, 20*time.Millisecond)
			require.Equal(t, "looks well in ~14 s", note(0), "it stays")
			require.Empty(t, note(1), "no load has suffered")
			until(200*time.Second, record.OK, time.Second)
			s := f.snapshot().Loads[0]
			require.Nil(t, s.P99, "five answers in five seconds, sixty in a minute")
			require.NotNil(t, s.P50)
			require.NotNil(t, s.BaseP99)
		})
	}
}

// What a scenario has set counts on the display as in the report.
func TestTheDisplayGoesByTheScenariosThresholds(t *testing.T) {
	for _, c := range []struct {
		own  *record.Thresholds
		want string
	}{
		{nil, "recovering for 8 s"},
		{&record.Thresholds{HealthyFor: 5 * time.Second}, "looks well in ~10 s"},
		{&record.Thresholds{HealthyFor: 5 * time.Second, HealthyLatency: 1.1}, "recovering for 8 s"},
		{&record.Thresholds{HealthyFailures: 1}, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
			plan := &scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}, Faults: []*scenarios.PlannedFault{{Name: "f1"}}, Thresholds: c.own}
			plan.Phases.Baseline, plan.Phases.Recovery = 60*time.Second, 60*time.Second
			f := newFeed(plan, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
			until := func(end time.Duration, class record.Class, took time.Duration) {
				for now := clock.Now(); now < end; now = clock.Now() {
					figures.Outcome(record.Sample{Class: class, Intended: now - took, Started: now - took, End: now})
					time.Sleep(20 * time.Millisecond)
				}
			}
			state := func(s record.FaultState) {
				f.event(record.Event{At: clock.Now(), Fault: &record.FaultEvent{Name: "f1", State: s}})
			}
			f.event(record.Event{Phase: &record.PhaseStarted{Name: "baseline"}})
			until(60*time.Second, record.OK, 50*time.Millisecond)
			f.event(record.Event{At: clock.Now(), Phase: &record.PhaseStarted{Name: "chaos"}})
			state(record.Held)
			until(70*time.Second, record.HTTP5xx, 50*time.Millisecond)
			state(record.Undone)
			until(78*time.Second, record.OK, 65*time.Millisecond) // 1.3 times as long
			require.Equal(t, c.want, f.snapshot().Faults[0].Note)
		})
	}
}

// Health that has to last for longer than answers are kept is seen all the same, and a relapse
// within it begins it anew.
func TestTheDisplaySeesAHealthThatHasToLastForMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
		plan := &scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}, Faults: []*scenarios.PlannedFault{{Name: "f1"}}, Thresholds: &record.Thresholds{HealthyFor: 150 * time.Second}}
		plan.Phases.Baseline, plan.Phases.Recovery = 60*time.Second, 600*time.Second
		f := newFeed(plan, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
		until := func(end time.Duration, class record.Class) {
			for now := clock.Now(); now < end; now = clock.Now() {
				figures.Outcome(record.Sample{Class: class, Intended: now, Started: now, End: now})
				time.Sleep(50 * time.Millisecond)
				f.snapshot()
			}
		}
		note := func() string { return f.snapshot().Faults[0].Note }
		f.event(record.Event{Phase: &record.PhaseStarted{Name: "baseline"}})
		until(60*time.Second, record.OK)
		f.event(record.Event{At: clock.Now(), Phase: &record.PhaseStarted{Name: "chaos"}})
		f.event(record.Event{At: clock.Now(), Fault: &record.FaultEvent{Name: "f1", State: record.Held}})
		until(70*time.Second, record.HTTP5xx)
		f.event(record.Event{At: clock.Now(), Fault: &record.FaultEvent{Name: "f1", State: record.Undone}})
		until(190*time.Second, record.OK)
		until(200*time.Second, record.HTTP5xx)
		until(345*time.Second, record.OK)
		require.Equal(t, "recovering for 275 s", note())
		until(355*time.Second, record.OK)
		require.Equal(t, "looks well in ~140 s", note())
	})
}

// A load that asks once a second has its median of the minute, as the page of the run says.
func TestTheDisplayHasTheMedianOfARareLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
		f := newFeed(&scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}}, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
		for range 45 {
			now := clock.Now()
			figures.Outcome(record.Sample{Class: record.OK, Intended: now, Started: now, End: now + 50*time.Millisecond})
			time.Sleep(time.Second)
		}
		require.NotNil(t, f.snapshot().Loads[0].P50)
		require.Nil(t, f.snapshot().Loads[0].P99)
	})
}

// Of a load with too few answers in as long as health has to last for a median the report measures
// no recovery, and the display tells none.
func TestTheDisplayTellsNoRecoveryThatTheReportWillNotMeasure(t *testing.T) {
	for _, c := range []struct {
		every time.Duration
		want  string
	}{{time.Second, ""}, {200 * time.Millisecond, "looks well in ~10 s"}} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			figures := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
			plan := &scenarios.Plan{Loads: []scenarios.PlannedLoad{{Name: "tokens"}}, Faults: []*scenarios.PlannedFault{{Name: "f1"}}, Thresholds: &record.Thresholds{HealthyFor: 5 * time.Second}}
			plan.Phases.Baseline, plan.Phases.Recovery = 60*time.Second, 60*time.Second
			f := newFeed(plan, "run", clock, func(string) (*loadgen.Live, bool) { return figures, true })
			until := func(end time.Duration, class record.Class) {
				for now := clock.Now(); now < end; now = clock.Now() {
					figures.Outcome(record.Sample{Class: class, Intended: now, Started: now, End: now})
					time.Sleep(c.every)
					f.snapshot()
				}
			}
			state := func(s record.FaultState) {
				f.event(record.Event{At: clock.Now(), Fault: &record.FaultEvent{Name: "f1", State: s}})
			}
			f.event(record.Event{Phase: &record.PhaseStarted{Name: "baseline"}})
			until(60*time.Second, record.OK)
			f.event(record.Event{At: clock.Now(), Phase: &record.PhaseStarted{Name: "chaos"}})
			state(record.Held)
			until(70*time.Second, record.HTTP5xx)
			state(record.Undone)
			until(90*time.Second, record.OK)
			require.Equal(t, c.want, f.snapshot().Faults[0].Note)
		})
	}
}

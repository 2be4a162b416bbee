package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// What is counted from the effect is known no better than the moment of that.
func TestWhatIsCountedFromTheEffectIsKnownNoBetterThanThat(t *testing.T) {
	widths := func(bound time.Duration) map[string]float64 {
		rec := example.Passing()
		for _, e := range rec.Events {
			if e.Target != nil {
				e.Target.Bound = bound
			}
		}
		service := example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: []example.Trouble{outFrom(31, 36)}}
		rec.Samples, rec.Failures = service.Open(40, false, 80*time.Second), nil
		a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
		wide := map[string]float64{}
		for _, name := range []string{"time_to_detect", "time_to_recover", "degraded", "downtime"} {
			k := figure(t, a, name, "lose-keystone")
			require.Equal(t, kpi.Measured, k.State, name)
			wide[name] = *k.High - *k.Low
		}
		return wide
	}
	well, badly := widths(time.Millisecond), widths(400*time.Millisecond)
	for name, wide := range badly {
		require.Greater(t, wide, well[name]+0.3, name)
	}
}

// Where a node's clock is not known well enough nothing that is counted from its stamps is
// measured; a moment that was only heard of is as uncertain as that took, and has its interval.
func TestAClockThatIsTooUncertainLeavesNothingToCountFrom(t *testing.T) {
	of := func(stamped bool) *kpi.Analysis {
		rec := example.Passing()
		rewrite(&rec, record.Held, func(e *record.TargetEvent) {
			e.Bound = 3 * time.Second
			if !stamped {
				e.NodeAt = nil
			}
		})
		return kpi.Compute(rec, kpi.Settings{})
	}
	a := of(true)
	for _, name := range []string{"time_to_effect", "time_to_detect", "time_to_recover", "time_to_recover_after_undo", "degraded", "downtime", "latency_ratio", "failed"} {
		k := figure(t, a, name, "lose-keystone")
		require.Equal(t, kpi.NotMeasured, k.State, name)
		require.Zero(t, k.N)
		require.Contains(t, k.Detail, "its effect is known to ± 3 s by its node's clock, more than ± 500 ms")
	}
	require.Equal(t, kpi.Measured, figure(t, a, "availability", "tokens").State, "it is no matter of that clock")
	require.Nil(t, a.Result.Faults[0].RecoveredAtMS)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[1].Verdict)
	require.Equal(t, kpi.Measured, figure(t, of(false), "time_to_recover", "lose-keystone").State)
}

// measured are the events of a clock: as often as it is told of, by an interval that its
// offset lies in.
func measured(node string, every time.Duration, offset func(at time.Duration) time.Duration, ahead func(at time.Duration) time.Duration) []record.Event {
	var events []record.Event
	for at := time.Second; at < 80*time.Second; at += every {
		e := record.ClockEvent{Node: node, Offset: offset(at), Bound: 2 * time.Millisecond, Taken: at}
		if ahead != nil {
			e.Ahead = ahead(at)
		}
		events = append(events, record.Event{At: at, Type: "clock", Clock: &e})
	}
	return events
}

// withClock is the small passing run with one node's clock measured over it.
func withClock(events []record.Event) *kpi.Analysis {
	rec := example.Passing()
	var kept []record.Event
	for _, e := range rec.Events {
		if e.Clock == nil {
			kept = append(kept, e)
		}
	}
	rec.Events = append(kept[:2:2], append(events, kept[2:]...)...)
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

func clocksClose(t *testing.T, a *kpi.Analysis) kpi.Quality {
	t.Helper()
	for _, q := range a.Result.Quality {
		if q.Assumption == "clocks are close" {
			return q
		}
	}
	require.Fail(t, "no such row")
	return kpi.Quality{}
}

func TestTheDriftOfAClockIsKnownToBounds(t *testing.T) {
	events := measured("ctl-2", 20*time.Second, func(at time.Duration) time.Duration { return time.Minute + at/10000 }, nil)
	again := events[2]
	again.At += time.Second
	a := withClock(slices.Insert(events, 3, again)) // a record of before may have one measurement twice
	require.Len(t, a.Result.Clocks, 1)
	c := a.Result.Clocks[0]
	require.Equal(t, 4, c.N)
	require.InDelta(t, 100, *c.DriftPPM, 1)
	require.InDelta(t, 100-4000.0/60, *c.DriftLow, 1)
	require.InDelta(t, 100+4000.0/60, *c.DriftHigh, 1)
	require.Empty(t, c.Steps)
	require.Equal(t, kpi.Pass, clocksClose(t, a).Verdict)
}

// An answer that took its time leaves much open: a clock is told by the one that leaves least,
// and where its interval of drift has 0 in it none was seen. After it was set only what came
// after that is of it.
func TestAClockIsToldByItsBestMeasurement(t *testing.T) {
	right := func(time.Duration) time.Duration { return 0 }
	events := measured("ctl-2", 20*time.Second, right, nil)
	slow := events[len(events)-1].Clock
	slow.Offset, slow.Bound = -200*time.Millisecond, 201*time.Millisecond
	c := withClock(events).Result.Clocks[0]
	require.Equal(t, []float64{0, 2}, []float64{c.OffsetMS, c.BoundMS})
	require.Contains(t, c.Says(), "no drift seen (−")

	slow.Offset, slow.Bound = time.Hour, 201*time.Millisecond
	c = withClock(events).Result.Clocks[0]
	require.Len(t, c.Steps, 1)
	require.Equal(t, []float64{3.6e6, 201}, []float64{c.OffsetMS, c.BoundMS})
}

// A clock that was set makes unknown what was stamped between the measurements beside it, and
// nothing else.
func TestAClockThatWasSet(t *testing.T) {
	stepped := func(when time.Duration) func(time.Duration) time.Duration {
		return func(at time.Duration) time.Duration {
			if at >= when {
				return -300 * time.Millisecond
			}
			return 0
		}
	}
	const beside = 70 * time.Second // nothing of the fault is stamped then
	const amid = 35 * time.Second   // it is undone at 40.7 s, between two measurements
	a := withClock(measured("ctl-2", 10*time.Second, stepped(amid), nil))
	row := clocksClose(t, a)
	require.Equal(t, kpi.Unknown, row.Verdict)
	require.Contains(t, row.Detail, "lose-keystone: when it was undone on ctl-2 is of before or after its clock was set, or made to catch up, by about 300 ms between 31 s and 41 s")
	require.Equal(t, kpi.Unknown, a.Result.Verdict)

	a = withClock(measured("ctl-2", 10*time.Second, stepped(beside), nil))
	row = clocksClose(t, a)
	require.Equal(t, kpi.Pass, row.Verdict)
	require.Contains(t, row.Detail, "the clock of ctl-2 was set, or made to catch up, by about 300 ms between 61 s and 71 s")
	require.Equal(t, kpi.Pass, a.Result.Verdict)

	require.Equal(t, kpi.Pass, clocksClose(t, withClock(measured("ctl-2", 10*time.Second, stepped(15*time.Second), nil))).Verdict, "it was set before the fault")
	require.Equal(t, kpi.Pass, clocksClose(t, withClock(measured("ctl-1", 10*time.Second, stepped(amid), nil))).Verdict, "no fault is on that node")

	hour := func(at time.Duration) time.Duration {
		if at >= amid {
			return -time.Hour
		}
		return 0
	}
	a = withClock(measured("ctl-2", 10*time.Second, hour, func(at time.Duration) time.Duration { return 100*time.Hour - hour(at) }))
	require.Equal(t, kpi.Pass, clocksClose(t, a).Verdict, "the uptime tells which clock a moment was stamped by")
	require.Contains(t, clocksClose(t, a).Detail, "which its uptime tells")
	require.True(t, a.Result.Clocks[0].Steps[0].Told)

	right := func(time.Duration) time.Duration { return 0 }
	a = withClock(measured("ctl-2", 10*time.Second, right, func(at time.Duration) time.Duration { return 100*time.Hour - hour(at) }))
	require.Empty(t, a.Result.Clocks[0].Steps, "it booted, and its clock is as it was")
}

// A record with one measurement of each node is judged as ever: of its drift nothing is known.
func TestAnOldRecordOfClocks(t *testing.T) {
	a := kpi.Compute(example.Passing(), kpi.Settings{Sustain: 10 * time.Second})
	row := clocksClose(t, a)
	require.Equal(t, kpi.Quality{Assumption: "clocks are close", Verdict: kpi.Pass, Detail: "± 2 ms (the clock of ctl-1)"}, row)
	require.Len(t, a.Result.Clocks, 3)
	require.Nil(t, a.Result.Clocks[0].DriftPPM)
	require.Contains(t, a.Result.Clocks[0].Says(), "its drift is not known")

	wide := example.Passing()
	for _, e := range wide.Events {
		if e.Clock != nil {
			e.Clock.Bound = 3 * time.Second
		}
	}
	require.Equal(t, kpi.Unknown, clocksClose(t, kpi.Compute(wide, kpi.Settings{})).Verdict)
}

// A clock by which nothing is stamped is told, and nothing is in doubt for it.
func TestAClockByWhichNothingIsStampedIsToldAlone(t *testing.T) {
	rec := example.Passing()
	want := kpi.Compute(rec, kpi.Settings{}).Result.Quality
	for _, at := range []time.Duration{time.Second, time.Minute} {
		insert(&rec, at, record.Event{Type: "clock", Clock: &record.ClockEvent{Node: "cmp-1", Offset: 9 * time.Second, Bound: 3 * time.Second, Taken: at, Beside: true}})
	}
	r := kpi.Compute(rec, kpi.Settings{}).Result
	require.Equal(t, want, r.Quality)
	i := slices.IndexFunc(r.Clocks, func(c kpi.NodeClock) bool { return c.Node == "cmp-1" })
	require.GreaterOrEqual(t, i, 0)
	require.Contains(t, r.Clocks[i].Says(), "9 s ± 3 s from the run's")
	require.NotNil(t, r.Clocks[i].DriftPPM)
}

// Of a clock that nobody could read it is told why, and nothing is in doubt for it.
func TestWhyAClockWasNotReadIsTold(t *testing.T) {
	rec := example.Passing()
	want := kpi.Compute(rec, kpi.Settings{}).Result
	for _, node := range []string{"cmp-9", want.Clocks[0].Node} {
		insert(&rec, time.Second, record.Event{Type: "clock", Clock: &record.ClockEvent{Node: node, Taken: time.Second, Beside: true, Error: "no route"}})
	}
	r := kpi.Compute(rec, kpi.Settings{}).Result
	require.Equal(t, want.Quality, r.Quality)
	require.Len(t, r.Clocks, len(want.Clocks)+1)
	require.Equal(t, "not read: no route", r.Clocks[len(r.Clocks)-1].Says())
	require.Equal(t, want.Clocks[0].Says()+"; once not read: no route", r.Clocks[0].Says())
}

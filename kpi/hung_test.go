package kpi_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// Requests that hang until the run ends are cut off by it, and fail for no other reason:
// a cloud that answers nobody for 23 s has an outage all the same.
func TestACloudThatHangsUntilTheRunEndsIsOut(t *testing.T) {
	for _, closed := range []bool{false, true} {
		rec := example.Passing()
		rec.Failures = nil
		rec.Meta.Objectives = []string{`outage("tokens") <= 5s`}
		service := example.Service{Seed: 1, Median: 50 * time.Millisecond, Spread: 0.2, Limit: 30 * time.Second, Troubles: []example.Trouble{
			{From: 35 * time.Second, To: 200 * time.Second, Harm: example.Silences},
		}}
		rec.Meta.Loads[0].Rate = 2.5
		rec.Samples = service.Open(2.5, false, 60*time.Second)
		if closed {
			rec.Meta.Loads[0] = record.LoadPlan{Name: "tokens", Workload: "keystone.issue_token", Model: "closed", Workers: 2}
			rec.Samples = service.Closed(2, 100*time.Millisecond, 60*time.Second)
		}
		a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
		outage := figure(t, a, "outage", "tokens")
		require.Equal(t, kpi.Censored, outage.State)
		require.InDelta(t, 24, *outage.Low, 1, "but for the last second, of which nobody can tell")
		require.Equal(t, kpi.Fail, a.Result.Verdict)
		require.Equal(t, kpi.Censored, figure(t, a, "time_to_recover", "lose-keystone").State)
		require.InDelta(t, 25, *figure(t, a, "downtime", "tokens").Value, 1.1)
		detect := figure(t, a, "time_to_detect", "lose-keystone")
		require.Equal(t, kpi.Measured, detect.State)
		require.LessOrEqual(t, *detect.Low, 5.0)
		require.InDelta(t, 6, *detect.Value, 0.5, "a second after the first of them was due")
	}
}

// A load of which nothing was due after the effect says nothing of the fault.
func TestALoadThatHadEndedSaysNothingOfAFault(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Objectives, rec.Meta.Loads[0].Rate, rec.Failures = []string{`time_to_recover("lose-keystone") <= 10s`}, 10, nil
	rec.Samples = func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s := range steady(nil)("tokens") {
				if s.Intended < 29*time.Second && !yield(s, nil) {
					return
				}
			}
		}
	}
	a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	for _, name := range []string{"time_to_recover", "time_to_recover_after_undo", "time_to_detect", "degraded", "downtime"} {
		k := figure(t, a, name, "lose-keystone")
		require.Equal(t, kpi.NotMeasured, k.State, name)
		require.Contains(t, k.Detail, "tokens: nothing of it was due after that", name)
	}
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
	require.Nil(t, a.Result.Faults[0].RecoveredAtMS)
}

// Of two outages the shorter one may become the longer: it had not ended.
func TestTheLongestOutageMayBeTheOneThatGoesOn(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 31, 41) || between(s, 72, 80) {
			fail(s)
		}
	}, `outage("tokens") <= 11s`)
	outage := figure(t, a, "outage", "tokens")
	require.Equal(t, kpi.Censored, outage.State)
	require.InDelta(t, 9.85, *outage.Low, 0.01)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
}

// One load that had not recovered when it ended does not hide how long another took.
func TestEachLoadBoundsTheRecovery(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Objectives, rec.Failures = []string{`time_to_recover("lose-keystone") <= 20s`}, nil
	rec.Meta.Loads = append(rec.Meta.Loads, rec.Meta.Loads[0])
	rec.Meta.Loads[0].Rate, rec.Meta.Loads[1].Rate, rec.Meta.Loads[1].Name = 10, 10, "short"
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s := range steady(nil)(load) {
				if load == "short" && s.Intended >= 35*time.Second {
					return
				}
				if between(&s, 31, 60) {
					fail(&s)
				}
				if !yield(s, nil) {
					return
				}
			}
		}
	}
	a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	k := figure(t, a, "time_to_recover", "lose-keystone")
	require.Equal(t, kpi.Censored, k.State)
	require.InDelta(t, 29.9, *k.Low, 0.01)
	require.Equal(t, kpi.Fail, a.Result.Objectives[0].Verdict)
}

// What a damaged record says of a start is not counted with.
func TestAStartThatCannotBeIsDamage(t *testing.T) {
	for _, started := range []time.Duration{-10 * time.Second, 4000 * time.Hour} {
		rec := example.Passing()
		rec.Meta.Loads[0].Model, rec.Meta.Loads[0].Workers = "closed", 4
		rec.Samples = giving([]record.Sample{{Intended: time.Second, Started: started, End: 3 * time.Second}})
		a := kpi.Compute(rec, kpi.Settings{})
		require.Equal(t, kpi.Unknown, a.Result.Verdict)
		require.Contains(t, a.Result.Summary, "times or a class that cannot be")
	}
}

// Every class is counted with, the last one too.
func TestEachClassIsCounted(t *testing.T) {
	rec := example.Passing()
	var samples []record.Sample
	for class := range record.Classes {
		at := time.Duration(class+1) * time.Second
		samples = append(samples, record.Sample{Iteration: int64(class), Class: class, Intended: at, Started: at, End: at + time.Millisecond})
	}
	rec.Samples = giving(samples)
	a := kpi.Compute(rec, kpi.Settings{})
	require.NotContains(t, a.Result.Summary, "not whole")
	require.Len(t, a.Result.Loads[0].Errors, int(record.Classes)-2, "all but those that were right and those that were cut")
}

package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// twoFaults is a run with a fault from 30 s to 40.7 s and one from 46 s to 50.7 s, in
// which all that is asked fails in the stretches given.
func twoFaults(out ...example.Trouble) *kpi.Analysis {
	return followed(46*time.Second, out...)
}

// followed is the same with the second fault from another moment on.
func followed(second time.Duration, out ...example.Trouble) *kpi.Analysis {
	j := example.NewJournal("two", 20, `time_to_recover("first") <= 60s`, `time_to_recover("first") <= 5s`, `outage("tokens") <= 100s`)
	j.Declare("first", "service.kill", 10*time.Second, "keystone")
	j.Declare("second", "service.kill", 4*time.Second, "keystone")
	for i := range j.Meta.Faults {
		j.Meta.Faults[i].Targets = example.Passing().Meta.Faults[0].Targets
	}
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Phase(25*time.Second, "chaos")
	j.Strike("first", 30*time.Second, "keystone is dead")
	j.Undo("first", 40*time.Second, "engine")
	j.Strike("second", second, "keystone is dead")
	j.Undo("second", 50*time.Second, "engine")
	j.Phase(60*time.Second, "recovery")
	j.End(90 * time.Second)
	rec := j.Record(example.Cloud{})
	service := example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: out}
	rec.Samples, rec.Failures = service.Open(20, false, 90*time.Second), nil
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

// outFrom refuses everything for a while.
func outFrom(from, to float64) example.Trouble {
	return example.Trouble{From: time.Duration(from * float64(time.Second)), To: time.Duration(to * float64(time.Second)), Harm: example.Refuses}
}

// What goes wrong after the next fault was asked for is not charged to the one before,
// whose undo was over by then.
func TestTheNextFaultsHarmIsItsOwn(t *testing.T) {
	a := twoFaults(outFrom(46.5, 52))
	for _, name := range []string{"time_to_recover", "time_to_recover_after_undo", "time_to_detect", "degraded", "downtime"} {
		require.Equal(t, kpi.None, figure(t, a, name, "first").State, name)
		require.Equal(t, kpi.Measured, figure(t, a, name, "second").State, name)
	}
	require.Zero(t, *figure(t, a, "failed", "first").Value)
	require.InDelta(t, 110, *figure(t, a, "failed", "second").Value, 1)
	require.Equal(t, kpi.Pass, a.Result.Objectives[1].Verdict)
	require.InDelta(t, 6, *figure(t, a, "time_to_recover", "second").Value, 1)
}

// Whether the cloud would have stayed healthy for as long as it takes is not known where
// the next fault came before that: it was back at the earliest when it first seemed so, and
// at the latest when it was in spite of the other one.
func TestARecoveryThatTheNextFaultCutsOffIsKnownToBounds(t *testing.T) {
	a := twoFaults(outFrom(31, 43), outFrom(46.5, 52))
	k := figure(t, a, "time_to_recover", "first")
	require.Equal(t, kpi.Measured, k.State)
	require.InDelta(t, 13, *k.Low, 1)
	require.InDelta(t, 22, *k.Value, 1)
	require.Contains(t, k.Detail, "second was asked for before that was seen")
	require.Equal(t, kpi.Pass, a.Result.Objectives[0].Verdict)
	require.Equal(t, kpi.Fail, a.Result.Objectives[1].Verdict, "13 s are more than 5 s, whatever came after")
	for name, least := range map[string]float64{"downtime": 12, "failed": 240} {
		k := figure(t, a, name, "first")
		require.Equal(t, kpi.Censored, k.State, "%s may have gone on", name)
		require.InDelta(t, least, *k.Low, 2)
		require.Equal(t, "second was asked for before that was seen", k.Open())
	}

	a = twoFaults(outFrom(31, 43), outFrom(46.5, 90))
	k = figure(t, a, "time_to_recover", "first")
	require.Equal(t, kpi.Censored, k.State)
	require.InDelta(t, 13, *k.Low, 1)
	require.Equal(t, "second was asked for before that was seen", k.Open())
	require.Equal(t, kpi.Censored, figure(t, a, "time_to_recover_after_undo", "first").State)
	require.Equal(t, k.Open(), figure(t, a, "degraded", "first").Open())
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
	require.Equal(t, k.Open(), a.Result.Objectives[0].Detail)
	require.Contains(t, a.Result.Summary, "over 12.9 s (second was asked for before that was seen)")
}

// A next fault that does nothing does not keep the one before from being seen to be over.
func TestANextFaultThatDoesNothingCutsNothingOff(t *testing.T) {
	a := twoFaults(outFrom(31, 43))
	k := figure(t, a, "time_to_recover", "first")
	require.Equal(t, kpi.Measured, k.State)
	require.InDelta(t, 13, *k.Value, 1)
	require.Equal(t, kpi.None, figure(t, a, "time_to_recover", "second").State)
	require.Zero(t, *figure(t, a, "failed", "second").Value)
}

// Where the next fault is asked for at once, nobody can tell how the load was between.
func TestANextFaultAtOnceLeavesNothingToLookAt(t *testing.T) {
	a := followed(40*time.Second+950*time.Millisecond, outFrom(41, 47))
	k := figure(t, a, "time_to_recover_after_undo", "first")
	require.Equal(t, kpi.Measured, k.State)
	require.Zero(t, *k.Low, "it may have been well")
	require.InDelta(t, 6.3, *k.High, 1, "or as ill as beside the second one")
	require.Equal(t, kpi.None, figure(t, a, "time_to_recover", "first").State, "it was well while it was held")

	a = followed(40*time.Second + 950*time.Millisecond)
	require.Equal(t, kpi.None, figure(t, a, "time_to_recover_after_undo", "first").State, "well all the time")
}

package kpi_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A run that was killed just as the fault took effect has seen nothing of what it did: no figure
// of it is none, and none is a number.
func TestAKilledRunClaimsNothingThatItHadNoTimeToSee(t *testing.T) {
	a := kpi.Compute(example.Killed(30*time.Second+200*time.Millisecond), kpi.Settings{})
	for _, name := range []string{"time_to_detect", "time_to_recover", "time_to_recover_after_undo", "degraded", "downtime", "failed", "latency_ratio", "lost_work", "redundancy_restored"} {
		k := figure(t, a, name, "lose-keystone")
		require.Equal(t, kpi.NotMeasured, k.State, "%s: %+v", name, k)
		require.NotEmpty(t, k.Detail, name)
	}
	require.Equal(t, "the record ends before it was seen to be undone", figure(t, a, "time_to_detect", "lose-keystone").Detail)
	require.Nil(t, a.Result.Faults[0].RecoveredAtMS)
}

// What a killed run did see is as much at least: it may have gone on.
func TestWhatAKilledRunHasSeenIsALowerBound(t *testing.T) {
	a := kpi.Compute(example.Killed(36*time.Second), kpi.Settings{})
	failed, whole := figure(t, a, "failed", "lose-keystone"), figure(t, kpi.Compute(example.Passing(), kpi.Settings{}), "failed", "lose-keystone")
	require.Equal(t, kpi.Censored, failed.State)
	require.Positive(t, *failed.Value)
	require.LessOrEqual(t, *failed.Value, *whole.Value)
	require.Equal(t, "the record ends before it was seen to be undone", failed.WhyOpen)
	require.Equal(t, "at least ", failed.Beyond(), "of what is counted the next one may not have come")
	require.Equal(t, kpi.Measured, figure(t, a, "time_to_detect", "lose-keystone").State, "which was seen")
}

// interrupted is a run without any trouble that was stopped a while after the undo at 40.7 s.
func interrupted(after time.Duration) *kpi.Analysis {
	rec, stop := example.Passing(), 40*time.Second+700*time.Millisecond+after
	rec.Events = slices.DeleteFunc(slices.Clone(rec.Events), func(e record.Event) bool { return e.At > stop })
	rec.Events = append(rec.Events,
		record.Event{At: stop, Stop: &record.StopEvent{Cause: "interrupt", Reason: "interrupted"}},
		record.Event{At: stop, Phase: &record.PhaseStarted{Name: record.Done}},
		record.Event{At: stop, Ended: &record.RunEnded{}},
	)
	rec.Failures = nil
	rec.Samples = example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}.Open(40, false, stop)
	return kpi.Compute(rec, kpi.Settings{})
}

// A run that somebody stopped says that nothing happened only where it has looked for as long as
// it takes to tell.
func TestAnInterruptedRunSaysNoneOnlyAfterALookLongEnough(t *testing.T) {
	names := []string{"time_to_detect", "time_to_recover", "time_to_recover_after_undo", "degraded", "downtime", "failed"}
	short := interrupted(2 * time.Second)
	for _, name := range names {
		k := figure(t, short, name, "lose-keystone")
		require.Equal(t, kpi.NotMeasured, k.State, "%s: %+v", name, k)
		require.Regexp(t, `^loads were watched for (2|1\.9\d?) s after its undo, and it takes 20 s to tell$`, k.Detail, fmt.Sprint(name))
	}
	long := interrupted(25 * time.Second)
	for _, name := range names[:5] {
		require.Equal(t, kpi.None, figure(t, long, name, "lose-keystone").State, name)
	}
	require.Equal(t, kpi.Measured, figure(t, long, "failed", "lose-keystone").State)
}

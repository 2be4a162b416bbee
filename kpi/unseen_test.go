package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// boots is what two workers see each of whose servers takes 20 s.
func boots(troubles ...example.Trouble) *kpi.Analysis {
	const length = 30 * time.Minute
	j := example.NewJournal("boots", 0, `outage("boots") <= 5s`, `outage("boots") <= 50s`)
	j.Meta.Loads[0] = record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "closed", Workers: 2}
	j.Phase(0, "warmup")
	j.Phase(30*time.Second, "baseline")
	j.Phase(10*time.Minute, "chaos")
	j.Phase(20*time.Minute, "recovery")
	j.End(length)
	rec := j.Record(example.Cloud{})
	rec.Failures = nil
	service := example.Service{Seed: 1, Median: 20 * time.Second, Spread: 0.1, Limit: time.Minute, Troubles: troubles}
	rec.Samples = service.Closed(2, 500*time.Millisecond, length)
	return kpi.Compute(rec, kpi.Settings{Sustain: 5 * time.Minute})
}

// A load of which nothing ends for 20 s does not tell that the cloud was not out for
// some of them: none that was seen is not a promise that there was none.
func TestAnOutageThatALoadCannotSeeIsNotNone(t *testing.T) {
	a := boots()
	k := figure(t, a, "outage", "boots")
	require.Equal(t, kpi.None, k.State)
	require.Nil(t, k.Value)
	require.InDelta(t, 22, *k.High, 4, "from the start of one until the next")
	short, long := a.Result.Objectives[0], a.Result.Objectives[1]
	require.Equal(t, kpi.Unknown, short.Verdict)
	require.Equal(t, k.Detail, short.Detail)
	require.True(t, short.None)
	require.Equal(t, kpi.Pass, long.Verdict)
}

// An outage that is shorter than the longest silence of its baseline is seen all the same
// where what is sent meanwhile fails.
func TestAnOutageOfASlowLoadIsSeenByWhatFails(t *testing.T) {
	trouble := example.Trouble{From: 12 * time.Minute, To: 12*time.Minute + 40*time.Second, Harm: example.Refuses}
	a := boots(trouble)
	k := figure(t, a, "outage", "boots")
	require.Equal(t, kpi.Measured, k.State)
	require.GreaterOrEqual(t, *k.Low, 15.0, "the last server of before was there after 22 s at most")
	require.LessOrEqual(t, *k.Low, 40.0)
	require.GreaterOrEqual(t, *k.High, 40.0)
	require.Equal(t, kpi.Fail, a.Result.Objectives[0].Verdict)
}

// What fails is no outage where as many come through.
func TestWhatFailsBetweenTwoServersIsNoOutage(t *testing.T) {
	trouble := example.Trouble{From: 12 * time.Minute, To: 12*time.Minute + 3*time.Second, Harm: example.Refuses}
	k := figure(t, boots(trouble), "outage", "boots")
	require.Equal(t, kpi.None, k.State, "a few refusals")
	require.GreaterOrEqual(t, *k.High, 3.0)
}

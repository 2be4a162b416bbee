package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// slowly is a run whose fault is asked for at 30 s and takes effect at 33 s, and that has a
// baseline of some length before 25 s.
func slowly(baseline time.Duration, perSecond float64, out ...example.Trouble) *kpi.Analysis {
	j := example.NewJournal("slowly", perSecond, `time_to_recover("stop") <= 60s`)
	j.Declare("stop", "service.stop", 10*time.Second, "keystone", example.Passing().Meta.Faults[0].Targets...)
	j.Phase(0, "warmup")
	j.Phase(25*time.Second-baseline, "baseline")
	j.Phase(25*time.Second, "chaos")
	j.State(30*time.Second, "stop", record.Waiting, "")
	j.State(30*time.Second, "stop", record.Injecting, "")
	effect := 33 * time.Second
	for _, t := range j.Meta.Faults[0].Targets {
		j.Add(effect, record.Event{Type: "target", Target: &record.TargetEvent{Name: "stop", ID: "f-stop", Target: t, State: record.Held, NodeAt: &effect, Bound: 2 * time.Millisecond, Effect: "keystone is stopped"}})
	}
	j.State(effect, "stop", record.Held, "")
	j.Undo("stop", 43*time.Second, "engine")
	j.Phase(60*time.Second, "recovery")
	j.End(90 * time.Second)
	rec := j.Record(example.Cloud{})
	service := example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: out}
	rec.Samples, rec.Failures = service.Open(perSecond, false, 90*time.Second), nil
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

// What fails while a fault takes effect, as of a service that takes its time to stop, is its harm.
func TestWhatFailsWhileAFaultTakesEffectIsItsHarm(t *testing.T) {
	a := slowly(20*time.Second, 20, outFrom(31, 36))
	require.InDelta(t, 100, *figure(t, a, "failed", "stop").Value, 1)
	require.InDelta(t, 5, *figure(t, a, "downtime", "stop").Value, 1)
	require.Zero(t, *figure(t, a, "time_to_detect", "stop").Value, "it was noticed before the effect was seen")
	require.InDelta(t, 3, *figure(t, a, "time_to_recover", "stop").Value, 1, "from the effect")
}

// What failed while a fault took effect, and not after that, has hurt the load: it had recovered
// when the effect was seen.
func TestWhatFailsOnlyBeforeTheEffectIsSeenHasHurtTheLoad(t *testing.T) {
	a := slowly(20*time.Second, 20, outFrom(30.5, 32.5))
	require.InDelta(t, 40, *figure(t, a, "failed", "stop").Value, 1)
	recovered := figure(t, a, "time_to_recover", "stop")
	require.Equal(t, kpi.Measured, recovered.State, recovered.Detail)
	require.Zero(t, *recovered.Value)
	degraded := figure(t, a, "degraded", "stop")
	require.InDelta(t, 2.5, *degraded.Value, 0.6)
	require.LessOrEqual(t, *degraded.Low, 2.0)
	require.GreaterOrEqual(t, *degraded.High, 2.0)
	require.Equal(t, kpi.None, figure(t, a, "time_to_recover_after_undo", "stop").State)
}

// A baseline that is too short is told with its length.
func TestABaselineThatIsTooShortIsToldWithItsLength(t *testing.T) {
	a := slowly(989*time.Millisecond, 60, outFrom(33, 36))
	require.Equal(t, kpi.NotMeasured, figure(t, a, "time_to_recover", "stop").State)
	require.ErrorContains(t, a.Loads[0].NoBound, "the baseline lasted 989ms, and less than a second is none to compare with")
	a = slowly(1500*time.Millisecond, 60, outFrom(33, 36))
	require.Equal(t, kpi.Measured, figure(t, a, "time_to_recover", "stop").State)
}

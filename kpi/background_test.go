package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// What fails now and then without a fault is no harm of one, where the baseline shows how
// often: not in any second, and not in the window that has to be healthy.
func TestWhatFailsAnywayIsNoHarm(t *testing.T) {
	harmed := 0
	for seed := range uint64(200) {
		rec := example.Passing()
		service := example.Service{Seed: seed, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Failing: 0.02}
		rec.Samples, rec.Failures = service.Open(40, false, 80*time.Second), nil
		a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
		for _, name := range []string{"time_to_recover", "time_to_recover_after_undo", "time_to_detect", "degraded"} {
			if k := figure(t, a, name, "lose-keystone"); k.State != kpi.None {
				harmed++
				t.Logf("seed %d: %s is %s", seed, name, told(k))
				break
			}
		}
	}
	require.LessOrEqual(t, harmed, 10, "of 200 runs: one in twenty")
}

// A single failure under a load that had none before is one that the fault is charged with.
func TestOneFailureWhereThereWasNoneIsHarm(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if s.Intended == 31*time.Second {
			fail(s)
		}
	})
	require.Equal(t, kpi.Measured, figure(t, a, "time_to_detect", "lose-keystone").State)
	require.InDelta(t, 1, *figure(t, a, "degraded", "lose-keystone").Value, 1e-9)
}

package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

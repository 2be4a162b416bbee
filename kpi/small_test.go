package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A run of a few seconds has few arrivals: its verdict must not be a matter of
// luck, and what it cannot know it must not claim.
func TestASmallRunHasOneVerdict(t *testing.T) {
	for seed := range uint64(200) {
		a := kpi.Compute(example.Small(seed), kpi.Settings{})
		require.Equal(t, kpi.Pass, a.Result.Verdict, "seed %d: %s", seed, a.Result.Summary)
		require.Equal(t, 2*time.Second, a.Settings.Sustain)
		require.Empty(t, a.Result.Gaps)
		require.Equal(t, 400, figure(t, a, "availability", "tokens").N, "from the baseline's start at half a second")
		recovered := figure(t, a, "time_to_recover", "lose-keystone")
		require.Contains(t, []kpi.State{kpi.Measured, kpi.Censored}, recovered.State, "seed %d", seed)
		require.LessOrEqual(t, *recovered.Value, 5.0, "seed %d", seed)
		require.Nil(t, a.Result.Loads[0].Windows["recovery"].P99MS)
	}
}

package loadgen

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// A generator that is late with its arrivals measures itself. What waited for the
// cloud is not late.
func TestATrialOfAMachineThatIsTooSlowSaysNothing(t *testing.T) {
	tried := func(queued bool) Trial {
		kept := newTally()
		for i := range 100 {
			due := time.Duration(i) * time.Second
			kept.Sample(record.Sample{Intended: due, Started: due + 150*time.Millisecond, End: due + 200*time.Millisecond, Queued: queued})
		}
		return kept.trial(DefaultSearch(), 50, Totals{Planned: 7, Succeeded: 3}, Totals{Planned: 107, Succeeded: 103})
	}
	late, waited := tried(false), tried(true)
	require.ErrorIs(t, late.own(64), ErrUnsettled)
	require.ErrorContains(t, late.own(64), "at 50/s this machine itself was 15")
	require.NoError(t, waited.own(64))
	require.Empty(t, waited.Wrong)
	require.Equal(t, int64(100), waited.Planned)
	require.InEpsilon(t, 0.2, waited.P99.Seconds(), 0.02)
}

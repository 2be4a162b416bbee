package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// What found no place in flight while others were answered may be the load's own limit:
// neither availability nor downtime is sure of it. Where nobody is answered it is the
// cloud that takes the places.
func TestWhatFoundNoPlaceIsTheCloudsWhereNobodyIsAnswered(t *testing.T) {
	for some, verdict := range map[bool]kpi.Verdict{true: kpi.Unknown, false: kpi.Fail} {
		n := 0
		a := judged(t, func(s *record.Sample) {
			if !between(s, 31, 36) {
				return
			}
			if n++; !some || n%5 != 0 {
				s.Class, s.End = record.Dropped, s.Intended+2*time.Second
			}
		}, `availability("tokens") >= 97%`, `downtime("tokens") <= 2s`, `error_ratio("tokens", "chaos") <= 5%`)
		for _, o := range a.Result.Objectives {
			require.Equal(t, verdict, o.Verdict, "%s, some answered: %v", o.Expression, some)
		}
		down, available := figure(t, a, "downtime", "tokens"), figure(t, a, "availability", "tokens")
		require.InDelta(t, 5, *down.Value, 1e-9)
		require.LessOrEqual(t, *available.Value, 0.95)
		if some {
			require.Zero(t, *down.Low)
			require.InDelta(t, 1, *available.High, 1e-9)
			continue
		}
		require.GreaterOrEqual(t, *down.Low, 3.0)
		require.InDelta(t, *available.Value, *available.High, 1e-9)
	}
}

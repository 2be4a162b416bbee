package kpi

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAStepHoldsItsLatency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(longestRun)).Draw(t, "latency")).Truncate(time.Microsecond)
		top := latencyOf(stepOf(d))
		require.GreaterOrEqual(t, top, d)
		require.LessOrEqual(t, float64(top-d), 0.008*float64(d)+1)
	})
}

// The percentile of a window that moved is that of the sorted latencies in it.
func TestAWindowThatMovesForgets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		latencies := rapid.SliceOfN(rapid.SliceOfN(rapid.Int64Range(1, int64(time.Minute/time.Microsecond)), 0, 30), 1, 12).Draw(t, "seconds")
		keep := rapid.IntRange(1, len(latencies)).Draw(t, "kept")
		window, list := &rolling{}, []sparse{}
		for i, second := range latencies {
			var s sparse
			for _, us := range second {
				s.add(time.Duration(us) * time.Microsecond)
			}
			list = append(list, s)
			window.add(s, 1)
			if i >= keep {
				window.add(list[i-keep], -1)
			}
		}
		all := slices.Sorted(slices.Values(slices.Concat(latencies[len(latencies)-keep:]...)))
		require.EqualValues(t, len(all), window.n)
		if len(all) == 0 {
			return
		}
		for _, q := range []float64{0.5, 0.9, 0.99, 1} {
			rank := min(max(int(q*float64(len(all))+0.5)-1, 0), len(all)-1)
			want := time.Duration(all[rank]) * time.Microsecond
			require.Equal(t, latencyOf(stepOf(want)), window.quantile(q))
		}
	})
}

package reports

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
)

// A line goes on as long as values come as often as they most often do, and a value without a
// neighbour is seen.
func TestASignalsLineBreaksWhereValuesAreMissing(t *testing.T) {
	path := func(text string) string {
		var points []*kpi.Extent
		for _, c := range text {
			var v *kpi.Extent
			if c != '.' {
				v = &kpi.Extent{Low: float64(c - '0'), High: float64(c - '0')}
			}
			points = append(points, v)
		}
		line, dots, band := signalPaths(points, false, func(n int, v float64) (float64, float64) { return float64(10 * n), v })
		require.Empty(t, band)
		return Drawn(line) + Drawn(dots)
	}
	require.Equal(t, "M0 1L10 2L20 3", path("123"))
	require.Equal(t, "M0 1L10 2L30 3L40 4", path("12.34"), "each second, and one came late")
	require.Equal(t, "M0 1L10 2M40 3L50 4", path("12..34"), "each second, and two are missing")
	require.Equal(t, "M0 1L20 2L40 3M80 4L100 5", path("1.2.3...4.5"), "each other second, and one is missing")
	require.Equal(t, "M0 1L10 2L20 3L30 4L50 5L60 6L70 7L80 8L100 9", path("1234.5678.9"), "each five seconds at steps of four")
	require.Equal(t, "M0 1L50 2L110 3", path("1....2.....3"), "each five seconds, more or less")
	require.Equal(t, "M20 7L20 7", path("..7."))
	require.Equal(t, "M0 1L10 2L20 3M60 4L60 4", path("123...4"))
	require.Empty(t, path("..."))
}

// What moved within a step is a field from the least to the most; what did not is a line,
// and both meet.
func TestASignalsLineHasBothEndsOfAStep(t *testing.T) {
	one := func(v float64) *kpi.Extent { return &kpi.Extent{Low: v, High: v} }
	points := []*kpi.Extent{one(1), one(3), {Low: 2, High: 9}, {Low: 3, High: 8}, one(4), one(5), nil, nil, {Low: 4, High: 6}}
	line, dots, band := signalPaths(points, false, func(n int, v float64) (float64, float64) { return float64(10 * n), v })
	require.Equal(t, "M0 1L10 3M40 4L50 5M80 4L80 6", Drawn(line))
	require.Equal(t, "M10 3L20 9L30 8L40 4L30 3L20 2L10 3", Drawn(band))
	require.Empty(t, dots)
	require.Equal(t, 1, strings.Count(band, "z"))
}

// What is or is not changes at once: there is no slope between 0 and 1.
func TestASignalOfZeroAndOneIsDrawnInSteps(t *testing.T) {
	one := func(v float64) *kpi.Extent { return &kpi.Extent{Low: v, High: v} }
	points := []*kpi.Extent{one(1), one(1), one(0), one(0), one(1)}
	line, dots, band := signalPaths(points, true, func(n int, v float64) (float64, float64) { return float64(10 * n), v })
	require.Equal(t, "M0 1L20 1L20 0L40 0L40 1", Drawn(line))
	require.Empty(t, dots+band)
	require.True(t, isOrIsNot(kpi.Signal{Lines: []kpi.SignalLine{{Points: points}}}))
	require.False(t, isOrIsNot(kpi.Signal{Lines: []kpi.SignalLine{{Points: append(points, one(2))}}}))
}

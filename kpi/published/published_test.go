package published_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi/published"
)

// steady are n iterations, one a second, of half a second.
func steady(n int) []published.Iteration {
	all := make([]published.Iteration, n)
	for i := range all {
		all[i] = published.Iteration{At: float64(i), Duration: 0.5 + 0.01*float64(i%2)}
	}
	return all
}

func summary(t *testing.T, runs ...published.Run) published.Summary {
	t.Helper()
	s, err := published.Summarize(runs)
	require.NoError(t, err)
	return s
}

func TestARunInWhichNothingHappensHasNoFigure(t *testing.T) {
	t.Parallel()
	s := summary(t, published.Run{Iterations: steady(200), Fault: new(100.0)})
	require.Equal(t, published.Summary{Runs: 1}, s)
	require.Equal(t, "N/A", s.Downtime.String())
}

// An error cluster goes from half way to the one before it to half way to the one after it.
func TestDowntimeIsThatOfTheErrorClusters(t *testing.T) {
	t.Parallel()
	all := steady(200)
	for _, i := range []int{110, 111, 118, 150} { // six good ones are within a cluster
		all[i].Failed = true
	}
	s := summary(t, published.Run{Iterations: all, Fault: new(100.0)})
	require.InDelta(t, 9+1, s.Downtime.Value, 1e-9)
	require.InDelta(t, math.Sqrt(2), s.Downtime.Error, 1e-9)
	require.Nil(t, s.MTTR)
}

// A stall of every client leaves no iteration that could fail: what is wrong with it.
func TestAStallHasNoDowntime(t *testing.T) {
	t.Parallel()
	all := steady(200)
	for i := 110; i < 200; i++ {
		all[i].At += 33
	}
	require.Nil(t, summary(t, published.Run{Iterations: all, Fault: new(100.0)}).Downtime)
}

func TestDegradationIsThatOfTheMovingMean(t *testing.T) {
	t.Parallel()
	slow := steady(300)
	for i := 120; i < 160; i++ {
		slow[i].Duration = 2
	}
	s := summary(t, published.Run{Iterations: slow, Fault: new(100.0)}, published.Run{Iterations: steady(300), Fault: new(100.0)})
	require.Equal(t, 1, s.MTTR.Runs, "a run that has none is left out of the mean")
	require.Equal(t, 2, s.Runs)
	require.Greater(t, s.MTTR.Value, 40.0)
	require.InDelta(t, s.AbsoluteDegradation.Value/0.505+1, s.RelativeDegradation.Value, 1e-3)
	require.Positive(t, s.AbsoluteDegradation.Error)
}

func TestARunWithoutABaselineIsRefused(t *testing.T) {
	t.Parallel()
	_, err := published.Summarize([]published.Run{{Iterations: steady(200), Fault: new(100.0)}, {Iterations: steady(200), Fault: new(5.0)}})
	require.ErrorIs(t, err, published.ErrNoBaseline)
	require.ErrorContains(t, err, "run 2: ")
	_, err = published.Summarize([]published.Run{{}})
	require.ErrorIs(t, err, published.ErrNoBaseline)
}

// The error is rounded twice, as it was then.
func TestFiguresArePrintedAsTheyWere(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]*published.Figure{
		"0.038 ± 0.081":   {Value: 0.03791518, Error: 0.08046617},
		"358.0 ± 2.7":     {Value: 357.98374, Error: 2.7029},
		"24 ± 17":         {Value: 24.449, Error: 17.5355},
		"5.0000 ± 0.0000": {Value: 5},
		"N/A":             nil,
	} {
		require.Equal(t, want, f.String())
	}
}

package kpi_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
)

func result(name string, state kpi.State, value float64) *kpi.Result {
	k := kpi.KPI{Name: name, Scope: "lose", Unit: "s", State: state}
	if state == kpi.Measured || state == kpi.Censored {
		k.Value = &value
	}
	return &kpi.Result{KPIs: []kpi.KPI{k}}
}

// Zero, none, missing and censored are four things.
func TestRepetitionsKeepTheFourStatesApart(t *testing.T) {
	t.Parallel()
	all := kpi.Over([]*kpi.Result{
		result("time_to_recover", kpi.Measured, 0), result("time_to_recover", kpi.None, 0), result("time_to_recover", kpi.NotMeasured, 0),
		result("time_to_recover", kpi.Censored, 30), {},
	})
	require.Len(t, all, 1)
	r := all[0]
	require.Equal(t, []int{1, 1, 1, 2}, []int{r.Measured, r.Censored, r.None, r.Missing})
	require.Zero(t, *r.Low)
	require.Zero(t, *r.High)
	require.Equal(t, kpi.Measured, r.State)
	require.Zero(t, *r.Median, "one took no time, and of one there was none")
}

func TestMedianOfRepetitionsIsThatOfKaplanAndMeier(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		measured, censored []float64
		median             float64
		atLeast            bool
	}{
		{[]float64{3, 1, 2}, nil, 2, false},
		{[]float64{4, 1, 2, 3}, nil, 2.5, false},
		{[]float64{1, 2, 3}, []float64{60, 60}, 3, false},
		{[]float64{1, 2}, []float64{60, 60, 60}, 60, true},
		{nil, []float64{60}, 60, true},
		{[]float64{6, 6, 6, 7, 10, 13, 16, 22, 23}, []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}, 23, false}, // the remissions of Freireich, 1963
	} {
		var results []*kpi.Result
		for _, v := range c.measured {
			results = append(results, result("k", kpi.Measured, v))
		}
		for _, v := range c.censored {
			results = append(results, result("k", kpi.Censored, v))
		}
		r := kpi.Over(results)[0]
		require.InDelta(t, c.median, *r.Median, 1e-12, "%+v", c)
		require.Equal(t, c.atLeast, r.State == kpi.Censored, "%+v", c)
	}
}

// A run without an outage is no run that is left out: the median over runs of which most
// had none is none. What was never noticed has no time to detect it.
func TestRepetitionsWithoutHarmCount(t *testing.T) {
	t.Parallel()
	of := func(name string) kpi.Repeated {
		return kpi.Over([]*kpi.Result{result(name, kpi.None, 0), result(name, kpi.Measured, 9), result(name, kpi.None, 0)})[0]
	}
	r := of("outage")
	require.Equal(t, kpi.None, r.State)
	require.Nil(t, r.Median)
	require.InDelta(t, 9, *r.Low, 0, "of those that were measured")
	require.Zero(t, *r.Lower)
	require.InDelta(t, 9, *r.Upper, 0)
	require.InDelta(t, 0.75, r.Sure, 1e-12, "two of three on a side are no proof")
	r = of("time_to_detect")
	require.Equal(t, kpi.Measured, r.State)
	require.InDelta(t, 9, *r.Median, 0)
	r = kpi.Over([]*kpi.Result{result("time_to_detect", kpi.None, 0)})[0]
	require.Equal(t, kpi.None, r.State)
	require.Nil(t, r.Median)
	require.Equal(t, kpi.NotMeasured, kpi.Over([]*kpi.Result{result("outage", kpi.NotMeasured, 0)})[0].State)
}

// The interval of a median has the true one at least as often as it says, with ends that
// were not seen among the repetitions, too.
func TestTheIntervalOfAMedianHasIt(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) // repeatable on purpose
	const truth, until = 20 * math.Ln2, 40.0
	for _, n := range []int{1, 2, 3, 5, 8, 20, 60} {
		const cases = 2000
		in, sure := 0, 0.0
		for range cases {
			var results []*kpi.Result
			for range n {
				v, state := 20*random.ExpFloat64(), kpi.Measured
				if v > until {
					v, state = until, kpi.Censored
				}
				results = append(results, result("time_to_recover", state, v))
			}
			r := kpi.Over(results)[0]
			sure = r.Sure
			if (r.Lower == nil || *r.Lower <= truth) && (r.Upper == nil || truth <= *r.Upper) {
				in++
			}
		}
		require.Greater(t, float64(in)/cases, sure-0.03, "%d repetitions", n)
		require.Less(t, float64(in)/cases, sure+0.03, "%d repetitions", n)
		require.Equal(t, n >= 5, sure >= kpi.Confidence, "%d repetitions are %v sure", n, sure)
	}
}

// The curve of the remissions of Freireich and others, 1963, as textbooks have it.
func TestTheCurveIsThatOfKaplanAndMeier(t *testing.T) {
	t.Parallel()
	var results []*kpi.Result
	for _, v := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		results = append(results, result("time_to_recover", kpi.Measured, v))
	}
	for _, v := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		results = append(results, result("time_to_recover", kpi.Censored, v))
	}
	curve := kpi.Over(results)[0].Curve
	want := [][]float64{
		{6, 0.857, 21, 0.620, 0.952}, {7, 0.807, 17, 0.563, 0.923}, {10, 0.753, 15, 0.503, 0.889}, {13, 0.690, 12, 0.432, 0.849},
		{16, 0.627, 11, 0.368, 0.805}, {22, 0.538, 7, 0.268, 0.747}, {23, 0.448, 6, 0.188, 0.680},
	}
	require.Len(t, curve, len(want))
	for i, w := range want {
		s := curve[i]
		for n, got := range []float64{s.After, s.Share, float64(s.AtRisk), *s.Low, *s.High} {
			require.InDelta(t, w[n], got, 0.0006, "step %d", i)
		}
	}
	last := kpi.Over([]*kpi.Result{result("outage", kpi.Measured, 3)})[0].Curve
	require.Equal(t, []kpi.Surviving{{After: 3, AtRisk: 1}}, last)
}

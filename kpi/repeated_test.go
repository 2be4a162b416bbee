package kpi_test

import (
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
	require.Zero(t, *r.Median)
	require.True(t, r.AtLeast, "half of them are at zero, and of the others nobody saw the end")
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
		require.Equal(t, c.atLeast, r.AtLeast, "%+v", c)
	}
	require.Nil(t, kpi.Over([]*kpi.Result{result("k", kpi.None, 0)})[0].Median)
}

package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A percentile of a picture is the upper end of a step of its histogram, and the longest answer is
// exact: it is none the less no shorter than the median, and than the percentile over its window.
func TestNoPercentileOfAPictureIsAboveTheLongestAnswer(t *testing.T) {
	for _, rate := range []float64{0.5, 2, 40, 400} {
		rec := example.Passing()
		rec.Meta.Loads = []record.LoadPlan{{Name: "slow", Workload: "keystone.issue_token", Model: "open", Rate: rate}}
		rec.Samples = example.Service{Seed: 5, Median: 20 * time.Millisecond, Spread: 0.001, Limit: time.Minute}.Open(rate, false, 80*time.Second)
		a := kpi.Compute(rec, kpi.Settings{})
		longest := time.Duration(0)
		for _, k := range a.Loads[0].Buckets(600, a.End).List {
			if k.P50 == nil {
				continue
			}
			require.LessOrEqual(t, *k.P50, *k.Worst, "%g/s at %v", rate, k.From)
			if longest = max(longest, *k.Worst); k.High != nil {
				require.LessOrEqual(t, *k.High, longest, "%g/s at %v", rate, k.From)
			}
		}
		require.Positive(t, longest)
	}
}

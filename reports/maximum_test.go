package reports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestTheMaximumOfALoadIsShownWithItsEvidence(t *testing.T) {
	fact := func(m record.Maximum) string {
		rec := example.Passing()
		rec.Meta.Loads[0].Rate, rec.Meta.Loads[0].Shape = 0, "60% of max"
		rec.Events = append([]record.Event{{Maximum: &m}}, rec.Events...)
		list := facts(kpi.Compute(rec, kpi.Settings{}))
		told := ""
		for _, f := range list {
			if f.Label == "load tokens" {
				require.Equal(t, "keystone.issue_token · 60% of max, open model", f.Value)
			}
			if f.Label == "maximum of tokens" {
				told = f.Value
			}
		}
		return told
	}
	require.Equal(t, "210/s · 3150 of 3150 arrivals succeeded with a p99 of 400 ms · at 240/s the p99 was 1.3s · 4 trials before the warm-up", fact(record.Maximum{
		Load: "tokens", Rate: 210, Trials: []record.Trial{
			{Rate: 160, Planned: 800, Succeeded: 800}, {Rate: 320, Planned: 1600, Wrong: "90% of 1600 arrivals succeeded"},
			{Rate: 240, Planned: 1200, Wrong: "the p99 was 1.3s"}, {Rate: 210, Planned: 3150, Succeeded: 3150, P99: 400 * time.Millisecond},
		},
	}))
	require.Equal(t, "unknown: its maximum is unknown: 10/s is not borne", fact(record.Maximum{Load: "tokens", Reason: "its maximum is unknown: 10/s is not borne"}))
}

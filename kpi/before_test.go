package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A load without a baseline that failed before the fault says nothing of when it was first noticed,
// nothing of when it was over, and of what failed by it no more than how much that is at most. One
// that began to fail with the fault was the first to notice it.
func TestWhatFailedBeforeTheFaultIsNotLaidToIt(t *testing.T) {
	boots := record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "open", Rate: 1}
	of := func(from time.Duration) *kpi.Analysis {
		s := example.Service{Seed: 5, Median: time.Second, Spread: 0.1, Limit: time.Minute, Troubles: []example.Trouble{{From: from, To: 80 * time.Second, Harm: example.Refuses}}}
		return beside(boots, s.Open(1, false, 80*time.Second), `failed("lose-keystone") <= 5`, `failed("lose-keystone") <= 20`, `failed("lose-keystone") <= 60`)
	}
	ill := of(0)
	first, failed := figure(t, ill, "time_to_detect", "lose-keystone"), figure(t, ill, "failed", "lose-keystone")
	require.Equal(t, kpi.NotMeasured, first.State)
	require.Contains(t, first.Detail, "boots failed before the fault, too, and no arrival succeeded in the baseline")
	require.Equal(t, []float64{12, 51}, []float64{*failed.Low, *failed.High})
	require.Equal(t, "until when the loads had recovered is not known", failed.Detail)
	var verdicts []kpi.Verdict
	for _, o := range ill.Result.Objectives[:3] {
		verdicts = append(verdicts, o.Verdict)
	}
	require.Equal(t, []kpi.Verdict{kpi.Fail, kpi.Unknown, kpi.Pass}, verdicts)
	_, was := ill.Faults[0].Recovering()
	require.False(t, was, "nobody knows that")

	then := figure(t, of(31*time.Second), "time_to_detect", "lose-keystone")
	require.Equal(t, kpi.Measured, then.State)
	require.InDelta(t, 1, *then.Value, 0.1)
	require.Equal(t, "boots", then.Detail)
}

package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A gap of redundancy says how many members were declared to be spare and how many were lost.
func TestAGapOfRedundancyHasItsNumbers(t *testing.T) {
	j := example.NewJournal("x", 40)
	j.Declare("lose-keystone", "service.kill", 15*time.Second, "keystone", record.Target{Node: "ctl-2", Service: "keystone"})
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Phase(25*time.Second, "chaos")
	j.Strike("lose-keystone", 30*time.Second, "keystone is dead")
	j.Undo("lose-keystone", 45*time.Second, "engine")
	j.Phase(55*time.Second, "recovery")
	j.End(80 * time.Second)
	rec := j.Record(example.Cloud{Seed: 7, Rate: 40, Length: 80 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3, Episodes: []example.Episode{
		{At: 31 * time.Second, Broken: 9 * time.Second, Until: 40 * time.Second, Failing: 1, Class: record.HTTP5xx, Slow: 1},
	}})
	gap := func() kpi.Gap {
		r := kpi.Compute(rec, kpi.Settings{}).Result
		for _, g := range r.Gaps {
			if g.What == "redundancy of keystone did not cover lose-keystone" {
				return g
			}
		}
		require.Fail(t, "there is no such gap", "%v", r.Gaps)
		return kpi.Gap{}
	}
	require.Equal(t, "no outage: the declared redundancy tolerates this fault", gap().Expected, "a record of before groups were in it")
	require.Empty(t, gap().Redundancy)

	threeKeystones(&rec)
	rec.Meta.Groups[0].Rule, rec.Meta.Groups[0].Tolerates = "majority", 1
	rec.Signals = nil
	g := gap()
	require.Equal(t, "no outage: keystone tolerates the loss of 1 of 3 (majority)", g.Expected)
	require.Regexp(t, `^tokens without a success for (8\.9\d*|9) s with 1 of 3 of keystone lost$`, g.Observed)
	require.Equal(t, []kpi.Redundancy{{Group: "keystone", Rule: "majority", Members: 3, Tolerates: 1, Lost: 1}}, g.Redundancy)

	rec.Signals = readings(healthy("ctl-1", 0, 1), healthy("ctl-2", 0, 1), healthy("ctl-3", 0, 1),
		healthy("ctl-2", 31*time.Second, 0), healthy("ctl-3", 33*time.Second, 0), healthy("ctl-2", 46*time.Second, 1), healthy("ctl-3", 46*time.Second, 1))
	g = gap()
	require.Regexp(t, ` with 1 of 3 of keystone lost, 1 read as well at the least$`, g.Observed, "another one was ill besides")
	require.Equal(t, 1, *g.Redundancy[0].Well)

	rec.Meta.Faults = append([]record.FaultPlan{}, rec.Meta.Faults...)
	rec.Meta.Faults[0].Costs = []record.Target{{Node: "ctl-3"}}
	require.Equal(t, 2, gap().Redundancy[0].Lost, "what is lost with a node counts, too")
}

package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestAnOutageThatRedundancyShouldHaveCoveredIsAGapAndFailsTheDrill(t *testing.T) {
	out := func(from, to float64, objectives ...string) *kpi.Analysis {
		return judged(t, func(s *record.Sample) {
			if between(s, from, to) {
				fail(s)
			}
		}, objectives...)
	}
	a := out(31, 37, `availability("tokens") >= 50%`)
	require.Equal(t, kpi.Fail, a.Result.Verdict)
	require.Equal(t, `unexpected_outage("tokens") <= 5s`, a.Result.Objectives[1].Expression)
	require.True(t, a.Result.Objectives[1].Default)
	require.Len(t, a.Result.Gaps, 1)
	require.Equal(t, "redundancy of keystone did not cover lose-keystone", a.Result.Gaps[0].What)
	k := figure(t, a, "unexpected_outage", "tokens")
	require.InDelta(t, 6, *k.Value, 0.2)
	require.Equal(t, 1, k.N)

	a = out(31, 34, `availability("tokens") >= 50%`)
	require.Equal(t, kpi.Pass, a.Result.Verdict, "an API of the control plane may be away for 5 s")
	require.Empty(t, a.Result.Gaps)

	a = out(31, 37, `outage("tokens") <= 10s`)
	require.Equal(t, kpi.Pass, a.Result.Verdict, "the scenario says itself what is borne")
	require.Len(t, a.Result.Objectives, 1)
	require.Len(t, a.Result.Gaps, 1, "and it is a gap nevertheless")

	a = out(31, 37, `outage(any) <= 10s`)
	require.Len(t, a.Result.Objectives, 1, "of any load, too")

	a = out(8, 15, `availability("tokens") >= 50%`)
	require.Equal(t, kpi.None, figure(t, a, "unexpected_outage", "tokens").State, "it was before the fault")
	require.Empty(t, a.Result.Gaps)
}

// On the data plane redundancy leaves no outage: 2 s of a probe are one, and a load whose
// answers take two seconds cannot tell, and is not judged for it.
func TestRedundancyLeavesNoOutageOnTheDataPlane(t *testing.T) {
	probe := func(median time.Duration, from, to float64) *kpi.Analysis {
		rec := example.Passing()
		rec.Failures = nil
		rec.Meta.Objectives = []string{`availability("tokens") >= 50%`}
		plan := &rec.Meta.Loads[0]
		plan.Workload, plan.Rate = "icmp.ping", 20
		service := example.Service{Seed: 3, Median: median, Spread: 0.3, Limit: 10 * time.Second}
		if to > from {
			at := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
			service.Troubles = []example.Trouble{{From: at(from), To: at(to), Harm: example.Refuses}}
		}
		rec.Samples = service.Open(20, false, 80*time.Second)
		return kpi.Compute(rec, kpi.Settings{})
	}
	a := probe(2*time.Millisecond, 31, 33)
	require.Equal(t, kpi.Fail, a.Result.Verdict)
	require.Equal(t, `unexpected_outage("tokens") <= 1s`, a.Result.Objectives[1].Expression)
	require.Equal(t, kpi.Pass, probe(2*time.Millisecond, 0, 0).Result.Verdict)
	a = probe(2*time.Second, 0, 0)
	require.Len(t, a.Result.Objectives, 1)
	require.Greater(t, *figure(t, a, "unexpected_outage", "tokens").High, 1.0)
}

func TestWhatIsBeyondRedundancyHasNoUnexpectedOutage(t *testing.T) {
	for _, change := range []func(*kpi.Record){
		func(r *kpi.Record) { r.Meta.Expect = "breach" },
		func(r *kpi.Record) { r.Meta.Faults = slices.Clone(r.Meta.Faults); r.Meta.Faults[0].Groups = nil },
	} {
		require.Equal(t, kpi.NotMeasured, figure(t, altered(change), "unexpected_outage", "tokens").State)
	}
}

package kpi_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// A minor objective is judged and shown, and decides nothing; its owner goes with it.
func TestAMinorObjectiveDecidesNothing(t *testing.T) {
	const kept, missed, open = `availability("tokens") >= 97%`, `availability("tokens") >= 99.9%`, `time_to_recover("lose-keystone") <= 11500ms`
	with := func(minor string, all ...string) kpi.Result {
		return altered(func(r *kpi.Record) {
			r.Meta.Objectives, r.Meta.Judged = all, map[string]record.Judged{minor: {Severity: kpi.Minor, Owner: "storage"}}
		}).Result
	}
	r := with(missed, kept, missed)
	require.Equal(t, kpi.Pass, r.Verdict, r.Summary)
	require.Zero(t, r.Exit)
	require.Equal(t, kpi.Fail, r.Objectives[1].Verdict)
	require.Equal(t, "storage", r.Objectives[1].Owner)
	require.Contains(t, r.Summary, "Both objectives were kept, and 1 minor objective missed; ")
	require.Len(t, r.Gaps, 1, "what fell short is taken home all the same")

	r = with(open, kept, open)
	require.Equal(t, kpi.Unknown, r.Objectives[1].Verdict, "it is known to a second only")
	require.Equal(t, kpi.Pass, r.Verdict)

	r = with(kept, kept, missed)
	require.Equal(t, kpi.Fail, r.Verdict)
	require.Contains(t, r.Summary, "1 of 2 objectives failed")

	r = with(missed, missed)
	require.Equal(t, kpi.Pass, r.Verdict, "what holds by default decides")
	r = altered(func(r *kpi.Record) {
		r.Meta.Objectives, r.Meta.Judged = []string{missed}, map[string]record.Judged{missed: {Severity: kpi.Minor}}
		r.Meta.Faults = slices.Clone(r.Meta.Faults)
		r.Meta.Faults[0].Groups = nil
	}).Result
	require.Equal(t, kpi.Unknown, r.Verdict, "none decides")
}

package kpi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// A share that may hardly be missed is missed by as many times what it allows: the sentence at the
// top names an availability that used its budget ten times before a recovery that took a fifth more.
func TestTheWorstMissOfAShareIsByWhatItAllows(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Objectives = []string{`time_to_recover("lose-keystone") <= 9s`, `availability("tokens") >= 99.9%`}
	a := kpi.Compute(rec, kpi.Settings{})
	require.Regexp(t, `^Availability of tokens was 98\.\d+ %, the objective is ≥ 99\.9 %; 2 of 3 objectives failed`, a.Result.Summary)
	rec.Meta.Objectives = []string{`time_to_recover("lose-keystone") <= 1s`, `availability("tokens") >= 98.95%`}
	a = kpi.Compute(rec, kpi.Settings{})
	require.Regexp(t, `^Time to recover from lose-keystone was 11 s`, a.Result.Summary)
	none := kpi.Objective{Unit: "ratio", Limit: new(1.0), Margin: new(-0.0001)}
	require.InDelta(t, 0.1, none.Miss(), 1e-9, "one that allows nothing is not missed without an end")
}

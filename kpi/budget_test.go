package kpi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// budgetOf is the error budget of an objective of the failing run.
func budgetOf(t *testing.T, expression string) *kpi.Budget {
	t.Helper()
	rec := example.Failing()
	rec.Meta.Objectives = []string{expression}
	o := kpi.Compute(rec, kpi.Settings{}).Result.Objectives[0]
	require.NotNil(t, o.Measured, o.Detail)
	return o.Budget
}

func TestErrorBudget(t *testing.T) {
	// 3032 of the 140400 arrivals behind the warm-up failed
	failed := 3032.0 / 140400
	b := budgetOf(t, `availability("tokens") >= 99.5%`)
	require.InDelta(t, 0.005, b.Allowed, 1e-9)
	require.InDelta(t, failed/0.005, b.Used, 1e-6)
	require.InDelta(t, failed/0.005, *b.Low, 1e-6)
	require.InDelta(t, failed/0.005, *b.High, 1e-6)
	b = budgetOf(t, `error_ratio("tokens") <= 4%`)
	require.InDelta(t, failed/0.04, b.Used, 1e-6)
	b = budgetOf(t, `availability("tokens", "baseline") >= 99.5%`)
	require.Zero(t, b.Used, "nothing failed in that window")

	for _, none := range []string{
		`availability("tokens") >= 100%`,                               // it allows nothing
		`availability("tokens") <= 99.5%`,                              // it is no promise that little fails
		`availability("tokens") >= availability("tokens", "baseline")`, // it allows what was measured
		`availability("tokens") * 2 >= 99.5%`,                          // what fails is no share of it
		`p99("tokens", "chaos") <= 3s`,                                 // it is no share of arrivals
	} {
		require.Nil(t, budgetOf(t, none), none)
	}
}

// Where arrivals found no place in flight, whose failure that is is not known: low and high
// of the budget are those of what was measured, the other way round.
func TestErrorBudgetHasTheIntervalOfItsObjective(t *testing.T) {
	low, high, measured, limit := 0.90, 0.98, 0.95, 0.8
	o := kpi.Compute(example.Failing(), kpi.Settings{}).Result.Objectives[0]
	o.Measured, o.Low, o.High, o.Limit = &measured, &low, &high, &limit
	b := kpi.BudgetOf(o)
	require.InDelta(t, 0.1, *b.Low, 1e-9)
	require.InDelta(t, 0.25, b.Used, 1e-9)
	require.InDelta(t, 0.5, *b.High, 1e-9)
	o.High = nil
	require.Nil(t, kpi.BudgetOf(o).Low)
}

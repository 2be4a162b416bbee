package kpi

import "slices"

// BudgetOf is the error budget of an objective.
func BudgetOf(o Objective) *Budget { return o.budget() }

// ReadKinds are the kinds of faults by which a cause is read.
func ReadKinds() []string { return slices.Concat(removing(), slowing()) }

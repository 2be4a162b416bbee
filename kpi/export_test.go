package kpi

// BudgetOf is the error budget of an objective.
func BudgetOf(o Objective) *Budget { return o.budget() }

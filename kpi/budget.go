package kpi

import "strings"

// Budget is the error budget of an objective: how much of what it allows to fail has
// failed, in the window that it is about. Used is 1 where all of it is, and more where the
// objective was missed; Low and High are its interval, as that of what was measured.
//
// Source: https://sre.google/sre-book/embracing-risk/ (the budget is 1 - objective)
type Budget struct {
	Allowed float64  `json:"allowed"` // share of the arrivals, more than 0
	Used    float64  `json:"used"`    // share of that
	Low     *float64 `json:"low"`
	High    *float64 `json:"high"`
}

// String is how much is used, for people: on the same side of all of it as it is.
func (b Budget) String() string { return Beside(100*b.Used, 100, "1") + " % of the error budget" }

// budget is that of an objective that allows a share to fail: availability at least so
// much, or an error ratio at most so much, and nothing else beside it; nil of all others,
// and where nothing was measured.
func (o Objective) budget() *Budget {
	if len(o.Calls) != 1 || o.Measured == nil || o.Limit == nil {
		return nil
	}
	rest, alone := strings.CutPrefix(o.Expression, o.Calls[0].String())
	if !alone || !strings.HasPrefix(strings.TrimSpace(rest), o.Operator) {
		return nil
	}
	failed := func(x float64) float64 { return x }
	low, high := o.Low, o.High
	switch sign := o.Calls[0].Function + " " + strings.TrimSuffix(o.Operator, "="); sign {
	case "availability >":
		failed = func(x float64) float64 { return 1 - x }
		low, high = high, low
	case "error_ratio <":
	default:
		return nil
	}
	b := &Budget{Allowed: failed(*o.Limit)}
	if b.Allowed <= 0 || b.Allowed > 1 {
		return nil
	}
	share := func(x *float64) *float64 {
		if x == nil {
			return nil
		}
		used := failed(*x) / b.Allowed
		return &used
	}
	b.Used, b.Low, b.High = *share(o.Measured), share(low), share(high)
	return b
}

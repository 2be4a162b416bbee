package kpi

import "math"

// LimitText is what an objective is compared with, for people: ≥ 99 %, as the scenario
// has it, to its digits. A limit that is measured itself is rounded, so that it stands on the
// same side of what was measured as it is. Empty where there is none.
func (o Objective) LimitText() string {
	if o.Limit == nil {
		return ""
	}
	return Sign(o.Operator) + " " + o.limitFigure(*o.Limit)
}

// limitFigure is a limit, or an end of one, as LimitText has it.
func (o Objective) limitFigure(x float64) string {
	switch {
	case !o.LimitMeasured:
		return Exactly(x, o.Unit)
	case o.Measured == nil || o.Limit == nil:
		return Quantity(x, o.Unit)
	}
	return Beside(x, o.shown(*o.Measured), o.Unit)
}

// Figure is a figure of what an objective is about, for people: on the same side of the limit
// as it is.
func (o Objective) Figure(x float64) string {
	if o.Limit == nil {
		return Quantity(x, o.Unit)
	}
	return Beside(x, *o.Limit, o.Unit)
}

// shown is the value that Figure prints.
func (o Objective) shown(x float64) float64 {
	v, _ := scaled(x, o.Unit)
	if v == 0 {
		return 0
	}
	return rounded(v, digitsBeside(x, *o.Limit, o.Unit)) * x / v
}

// MarginText is how far it was on the right side of its limit, for people; empty where that is
// not known. It is 0 of what is exactly at the limit alone.
func (o Objective) MarginText() string {
	if o.Margin == nil {
		return ""
	}
	return Difference(*o.Margin, o.Unit)
}

// distance is how far the measured value is on the right side of the limit, which is a margin
// where what it leaves open changes nothing; NaN where one of them is not known, or there
// is no right side.
func (o Objective) distance() float64 {
	if o.Measured == nil || o.Limit == nil {
		return math.NaN()
	}
	switch o.Operator {
	case ">", ">=":
		return *o.Measured - *o.Limit
	case "<", "<=":
		return *o.Limit - *o.Measured
	}
	return math.NaN()
}

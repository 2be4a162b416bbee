package conditions

import (
	"math"
	"strconv"
	"strings"
)

// Truth is three-valued: what cannot be known is neither true nor false.
type Truth int8

// The truths, in the order in which `and` takes the least and `or` the most.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

// String is true, false or unknown.
func (t Truth) String() string { return [...]string{"false", "unknown", "true"}[t+1] }

// State tells how a number is to be read.
type State int

// The states of a number.
const (
	IsExact   State = iota
	IsMissing       // nobody measured it
	IsAtLeast       // Low is a lower bound: it had not ended when it was last seen
	IsBetween       // anywhere in [Low, High]
)

// Value is an answer. A number is an interval, which is a point when it is
// exact and open at the top when it is a lower bound.
type Value struct {
	Low, High float64
	Truth     Truth  // of a condition
	Reason    string // why it is missing, unknown or only a bound; may be empty
	missing   bool
}

// Exact is a number that was measured.
func Exact(x float64) Value { return Between(x, x) }

// AtLeast is a number of which only a lower bound is known.
func AtLeast(x float64, reason string) Value {
	v := Between(x, math.Inf(1))
	v.Reason = reason
	return v
}

// Between is a number known to lie in an interval. An interval that holds no
// number is missing.
func Between(low, high float64) Value {
	if math.IsNaN(low) || math.IsNaN(high) || low > high || (low == high && math.IsInf(low, 0)) {
		return Missing("not a number")
	}
	return Value{Low: low, High: high}
}

// Missing is a number that is not known.
func Missing(reason string) Value {
	return Value{Low: math.Inf(-1), High: math.Inf(1), missing: true, Reason: reason}
}

// Answer is the answer to a question; reason explains Unknown.
func Answer(t Truth, reason string) Value { return Value{Truth: t, Reason: reason} }

// State tells how the number is to be read.
func (v Value) State() State {
	switch {
	case v.missing:
		return IsMissing
	case v.Low == v.High:
		return IsExact
	case math.IsInf(v.High, 1) && !math.IsInf(v.Low, -1):
		return IsAtLeast
	default:
		return IsBetween
	}
}

// formatNumber prints six digits, and all of them where six would be a whole number that it is
// not: one that is nearly 1 is less than 1, and a million and one is more than a million.
func formatNumber(x float64) string {
	short := strconv.FormatFloat(x, 'g', 6, 64)
	if rounded, _ := strconv.ParseFloat(short, 64); rounded == x || rounded != math.Trunc(rounded) {
		return short
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// String is the number for messages, without its unit.
func (v Value) String() string {
	switch v.State() {
	case IsMissing:
		return "missing"
	case IsExact:
		return formatNumber(v.Low)
	case IsAtLeast:
		return "at least " + formatNumber(v.Low)
	default:
		return formatNumber(v.Low) + " … " + formatNumber(v.High)
	}
}

// joinReasons keeps every different reason once, in order.
func joinReasons(values ...Value) string {
	var reasons []string
	for _, v := range values {
		for reason := range strings.SplitSeq(v.Reason, "; ") {
			seen := reason == ""
			for _, r := range reasons {
				seen = seen || r == reason
			}
			if !seen {
				reasons = append(reasons, reason)
			}
		}
	}
	return strings.Join(reasons, "; ")
}

func and(a, b Value) Value { return weigh(min(a.Truth, b.Truth), a, b) }
func or(a, b Value) Value  { return weigh(max(a.Truth, b.Truth), a, b) }
func not(a Value) Value    { return weigh(-a.Truth, a) }

// weigh gives a truth the reasons of its unknown parts, when it is unknown.
func weigh(t Truth, parts ...Value) Value {
	v := Value{Truth: t}
	if t != Unknown {
		return v
	}
	var unknown []Value
	for _, p := range parts {
		if p.Truth == Unknown {
			unknown = append(unknown, p)
		}
	}
	v.Reason = joinReasons(unknown...)
	return v
}

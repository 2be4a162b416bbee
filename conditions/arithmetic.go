package conditions

import "math"

// Interval arithmetic: the result holds every value that the operation can
// have for operands inside their intervals. Both uses of the same call in one
// expression count as independent, which can only widen the result.

func combine(a, b Value, low, high float64) Value {
	if a.missing || b.missing {
		return Missing(joinReasons(a, b))
	}
	v := Between(low, high)
	if v.missing || v.Low != v.High {
		if reason := joinReasons(a, b); reason != "" {
			v.Reason = reason
		}
	}
	return v
}

func plus(a, b Value) Value { return combine(a, b, a.Low+b.Low, a.High+b.High) }

func minus(a, b Value) Value { return combine(a, b, a.Low-b.High, a.High-b.Low) }

func negate(a Value) Value { return combine(a, a, -a.High, -a.Low) }

func times(a, b Value) Value {
	corners := [...]float64{
		timesZero(a.Low, b.Low), timesZero(a.Low, b.High),
		timesZero(a.High, b.Low), timesZero(a.High, b.High),
	}
	low, high := corners[0], corners[0]
	for _, c := range corners[1:] {
		low, high = math.Min(low, c), math.Max(high, c)
	}
	return combine(a, b, low, high)
}

// timesZero lets an unbounded but finite value vanish when multiplied by zero.
func timesZero(x, y float64) float64 {
	if x == 0 || y == 0 {
		return 0
	}
	return x * y
}

func over(a, b Value) Value {
	if a.missing || b.missing {
		return Missing(joinReasons(a, b))
	}
	if b.Low <= 0 && b.High >= 0 {
		return Missing("division by zero")
	}
	inverse := Value{Low: 1 / b.High, High: 1 / b.Low, Reason: b.Reason}
	return times(a, inverse)
}

func least(a, b Value) Value {
	return combine(a, b, math.Min(a.Low, b.Low), math.Min(a.High, b.High))
}

func most(a, b Value) Value {
	return combine(a, b, math.Max(a.Low, b.Low), math.Max(a.High, b.High))
}

func absolute(a Value) Value {
	low, high := math.Abs(a.Low), math.Abs(a.High)
	if a.Low <= 0 && a.High >= 0 {
		return combine(a, a, 0, math.Max(low, high))
	}
	return combine(a, a, math.Min(low, high), math.Max(low, high))
}

// compare answers whether a stands in the relation to b. It is Unknown when
// the intervals leave both answers open.
func compare(operator string, a, b Value) Value {
	if a.missing || b.missing {
		return Answer(Unknown, joinReasons(a, b))
	}
	t := relation(operator, a, b)
	if t != Unknown {
		return Answer(t, "")
	}
	reason := joinReasons(a, b)
	if reason == "" {
		reason = "only known as " + a.String() + " against " + b.String()
	}
	return Answer(Unknown, reason)
}

func relation(operator string, a, b Value) Truth {
	switch operator {
	case "<":
		return decide(a.High < b.Low, a.Low >= b.High)
	case "<=":
		return decide(a.High <= b.Low, a.Low > b.High)
	case ">":
		return decide(a.Low > b.High, a.High <= b.Low)
	case ">=":
		return decide(a.Low >= b.High, a.High < b.Low)
	case "==":
		return decide(a.Low == a.High && b.Low == b.High && a.Low == b.Low, a.High < b.Low || a.Low > b.High)
	default: // "!=": the checker lets nothing else through
		return -relation("==", a, b)
	}
}

func decide(yes, no bool) Truth {
	switch {
	case yes:
		return True
	case no:
		return False
	}
	return Unknown
}

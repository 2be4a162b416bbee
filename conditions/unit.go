package conditions

import "fmt"

// Unit is what a number measures. Collectors may bring units of their own;
// such a number agrees with itself and with bare numbers only.
type Unit string

// The units that the language knows. Seconds are float64 seconds, whatever
// unit they were written in; a Ratio of 99% is 0.99.
const (
	Count   Unit = "1"
	Seconds Unit = "s"
	Ratio   Unit = "ratio"
	Bytes   Unit = "bytes"
	// AnyUnit agrees with everything: the unit of a signal that could not be
	// determined because its name is wrong, which is reported elsewhere.
	AnyUnit Unit = "any"

	bare Unit = "" // a number written without a unit
)

func (u Unit) describe() string {
	switch u {
	case bare:
		return "a number without a unit"
	case Count:
		return "a count"
	case Seconds:
		return "a duration"
	case Ratio:
		return "a ratio"
	case Bytes:
		return "a size in bytes"
	default:
		return fmt.Sprintf("a value in %s", string(u))
	}
}

// agree is the unit of a sum or comparison of two values, and whether they can
// be summed or compared at all.
func agree(a, b Unit) (Unit, bool) {
	switch {
	case a == b:
		return a, true
	case a == AnyUnit || b == AnyUnit:
		return AnyUnit, true
	case a == bare && b != Seconds:
		return b, true
	case b == bare && a != Seconds:
		return a, true
	}
	return bare, false
}

func product(a, b Unit) (Unit, bool) {
	switch {
	case a == AnyUnit || b == AnyUnit:
		return AnyUnit, true
	case a == bare || a == Ratio && b != bare:
		return b, true
	case b == bare || b == Ratio:
		return a, true
	case a == Count:
		return b, true
	case b == Count:
		return a, true
	}
	return bare, false
}

func quotient(a, b Unit) (Unit, bool) {
	switch {
	case a == AnyUnit || b == AnyUnit:
		return AnyUnit, true
	case a == b:
		return bare, true
	case b == bare || b == Ratio || b == Count:
		return a, true
	case b == Seconds && a != bare:
		return a + "/s", true
	}
	return bare, false
}

package kpi

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Quantity is a value with its unit as people read it: ratios as percentages,
// durations in the unit that fits. Three digits that count, of a percentage two
// behind the point, and never more than the value has. What is not nothing is
// never told as 0, nor a share of not all as 100 %: of these there are as many
// digits as tell them from it.
func Quantity(x float64, unit string) string {
	v, behind := scaled(x, unit)
	return decimal(v, digits(v, unit)) + behind
}

// Beside is a measured value as it is printed beside a limit: as [Quantity] has
// it, with as many digits more as it takes to be on the limit's same side as it
// is.
func Beside(x, limit float64, unit string) string {
	v, behind := scaled(x, unit)
	return decimal(v, digitsBeside(x, limit, unit)) + behind
}

func digitsBeside(x, limit float64, unit string) int {
	v, _ := scaled(x, unit)
	d := digits(v, unit)
	for x != 0 && d < mostDigits && side(rounded(v, d), limit*v/x) != side(x, limit) {
		d++
	}
	return d
}

// Exactly is a value that somebody wrote, as a limit: all its digits.
func Exactly(x float64, unit string) string {
	v, behind := scaled(x, unit)
	if unit == "bytes" && rounded(v, 2) != v { // it was written in another unit
		v, behind = x, " B"
	}
	return decimal(v, written(v)) + behind
}

// Difference is that of two values, as a margin or a change: of ratios in
// percentage points.
func Difference(x float64, unit string) string {
	if unit == "ratio" {
		return Quantity(100*x, "1") + " pt"
	}
	return Quantity(x, unit)
}

// Rate writes so many a second for people, as scenarios have it: 120/s, 20/min or 3/h, the first
// unit in which it is one at least.
func Rate(perSecond float64) string {
	for _, u := range []struct {
		seconds float64
		name    string
	}{{1, "/s"}, {60, "/min"}} {
		if perSecond == 0 || perSecond*u.seconds >= 1 {
			return Quantity(perSecond*u.seconds, "1") + u.name
		}
	}
	return Quantity(perSecond*3600, "1") + "/h"
}

// scaled is a value in the unit in which people read it, and that behind it.
func scaled(x float64, unit string) (v float64, behind string) {
	abs := math.Abs(x)
	switch unit {
	case "ratio":
		return 100 * x, " %"
	case "s":
		if abs > 0 && abs < 1 {
			return 1000 * x, " ms"
		}
		return x, " s"
	case "1", "":
		return x, ""
	case "bytes":
		for _, u := range []struct {
			size float64
			name string
		}{{1 << 40, " TiB"}, {1 << 30, " GiB"}, {1 << 20, " MiB"}, {1 << 10, " KiB"}} {
			if abs >= u.size {
				return x / u.size, u.name
			}
		}
		return x, " B"
	default:
		return x, " " + unit
	}
}

// What is counted in digits behind the point.
const (
	mostDigits = 15
	// noise is how far a sum of what was measured may be off by the way that
	// computers count: what is no farther from 0 or 100 % is that.
	noise = 1e-9
)

// digits are how many a value has behind the point that stands beside no limit.
func digits(v float64, unit string) int {
	d := 2
	ends := []float64{0}
	switch abs := math.Abs(v); {
	case unit == "ratio":
		ends = append(ends, 100)
	case abs >= 100:
		d = 0
	case abs >= 10:
		d = 1
	}
	for _, end := range ends {
		if rounded(v, d) != end || math.Abs(v-end) < noise {
			continue
		}
		for rounded(v, d) == end {
			d++
		}
		d++ // two that count
	}
	return d
}

// written is how many digits behind the point somebody wrote: those that a
// float64 keeps.
func written(v float64) int {
	_, fraction, _ := strings.Cut(strconv.FormatFloat(rounded(v, mostDigits-len(strconv.FormatInt(int64(math.Abs(v)), 10))), 'f', -1, 64), ".")
	return len(fraction)
}

func rounded(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', max(digits, 0), 64), 64)
	if err != nil { // it has no digits
		return v
	}
	return r
}

// side tells below from above, but for how computers count.
func side(x, limit float64) int {
	if math.Abs(x-limit) <= 1e-13*math.Abs(limit) {
		return 0
	}
	return cmp.Compare(x, limit)
}

// decimal has so many digits behind the point, without the last zeros, all of a
// whole part, and thin spaces between its thousands.
func decimal(v float64, digits int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', digits, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		whole += "." + fraction
	}
	if v < 0 && whole != "0" {
		return "−" + whole
	}
	return whole
}

// Ratio is a factor as people read it.
func Ratio(x float64) string { return Quantity(x, "1") + "×" }

// Clock is a moment of a run, or a stretch of it, as minutes and seconds, after an hour
// with the hours: 04:07.
func Clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

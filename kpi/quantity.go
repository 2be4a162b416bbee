package kpi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Quantity is a value with its unit as people read it: ratios as percentages,
// durations in the unit that fits. Three digits that count, and never more
// than the value has.
func Quantity(x float64, unit string) string {
	switch unit {
	case "ratio":
		return trimZeros(strconv.FormatFloat(100*x, 'f', 2, 64)) + " %"
	case "s":
		return duration(x)
	case "1", "":
		return number(x)
	case "bytes":
		return bytes(x)
	default:
		return number(x) + " " + unit
	}
}

// Rate writes so many a second for people, as scenarios have it: 120/s, 20/min or 3/h, the first
// unit in which it is one at least.
func Rate(perSecond float64) string {
	for _, u := range []struct {
		seconds float64
		name    string
	}{{1, "/s"}, {60, "/min"}} {
		if perSecond == 0 || perSecond*u.seconds >= 1 {
			return number(perSecond*u.seconds) + u.name
		}
	}
	return number(perSecond*3600) + "/h"
}

func duration(s float64) string {
	abs := math.Abs(s)
	switch {
	case abs == 0:
		return "0 s"
	case abs < 1:
		return number(1000*s) + " ms"
	default:
		return number(s) + " s"
	}
}

func bytes(x float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1 << 40, "TiB"}, {1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if math.Abs(x) >= u.size {
			return number(x/u.size) + " " + u.name
		}
	}
	return number(x) + " B"
}

// number has three digits that count, all of a whole part, and thin spaces
// between its thousands.
func number(x float64) string {
	digits := 0
	for limit := 100.0; math.Abs(x) < limit && digits < 3 && x != 0; limit /= 10 {
		digits++
	}
	whole, fraction, _ := strings.Cut(trimZeros(strconv.FormatFloat(x, 'f', min(digits, 2), 64)), ".")
	sign := strings.HasPrefix(whole, "-")
	whole = strings.TrimPrefix(whole, "-")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if sign {
		whole = "−" + whole
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Ratio is a factor as people read it.
func Ratio(x float64) string { return fmt.Sprintf("%s×", number(x)) }

// Clock is a moment of a run, or a stretch of it, as minutes and seconds, after an hour
// with the hours: 04:07.
func Clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

package reports

import (
	"math"

	"github.com/openstack-eris/eris/kpi"
)

// latencyRange is the round ends, in seconds, of an axis that holds all
// answers.
func latencyRange(b kpi.Buckets) (low, high float64) {
	least, most := math.Inf(1), 0.0
	for _, k := range b.List {
		if k.P50 != nil {
			least, most = min(least, k.P50.Seconds()), max(most, k.Worst.Seconds())
		}
	}
	if most == 0 {
		return 0.001, 1
	}
	low = roundDown(max(0.8*least, 1e-4))
	return low, max(-roundDown(-most), 10*low)
}

// roundDown is the next 1, 2 or 5 times a power of ten below x; of a negative
// x it is that above, negated.
func roundDown(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x))))
	if x < 0 {
		for _, n := range []float64{1, 2, 5, 10} {
			if n*unit >= -x*0.9999 {
				return -n * unit
			}
		}
	}
	for _, n := range []float64{5, 2} {
		if n*unit <= x*1.0001 {
			return n * unit
		}
	}
	return unit
}

// logTicks are both ends and the powers of ten between them.
func logTicks(low, high float64) []float64 {
	ticks := []float64{low}
	for v := math.Pow(10, math.Ceil(math.Log10(low*1.3))); v < high/1.3; v *= 10 {
		ticks = append(ticks, v)
	}
	return append(ticks, high)
}

// fewestTicks is how many a logarithmic axis has at least: by one nobody reads a value.
const fewestTicks = 3

// roundWithin are the roundest numbers between two, as many as an axis needs.
func roundWithin(low, high float64) (ticks []float64) {
	for _, digits := range [][]float64{{1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 8}, {1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9}} {
		ticks = nil
		for unit := math.Pow(10, math.Floor(math.Log10(low))); unit < high; unit *= 10 {
			for _, n := range digits {
				if v := n * unit; v > low && v < high {
					ticks = append(ticks, v)
				}
			}
		}
		if len(ticks) >= fewestTicks {
			break
		}
	}
	return ticks
}

// niceMost is a round number that holds x.
func niceMost(x float64) float64 {
	if x <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	for _, n := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8, 10} {
		if n*unit >= x*1.02 {
			return n * unit
		}
	}
	return 20 * unit
}

// linearTicks are the ends of an axis and what is between: nothing, where that is well between them.
func linearTicks(least, most, top, height float64, unit string) []Tick {
	const apart = 0.25 // of the axis, for two figures not to touch
	middle := (least + most) / 2
	if zero := -least / (most - least); zero >= apart && zero <= 1-apart {
		middle = 0
	}
	var ticks []Tick
	for _, v := range []float64{least, middle, most} {
		text := kpi.Quantity(v, "1") + unit
		if most-least >= 1<<20 && unit == "" {
			text = kpi.Quantity(v, "bytes")
		}
		at := top + height*(most-v)/(most-least)
		ticks = append(ticks, Tick{px(at), px(at + 4), text})
	}
	return ticks
}

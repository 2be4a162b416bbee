package kpi

import (
	"cmp"
	"math"
	"slices"
)

// Repeated is one KPI over the repetitions of an experiment. What was not seen is counted
// apart and is no zero.
type Repeated struct {
	Name  string `json:"name"`
	Scope string `json:"scope"`
	Unit  string `json:"unit"`
	// Measured, Censored, None and Missing are how many repetitions have which state;
	// Missing are those that were not measured.
	Measured int `json:"measured"`
	Censored int `json:"censored"`
	None     int `json:"none"`
	Missing  int `json:"not_measured"`
	// State is that of Median: Censored where so many were that it is a lower bound, None
	// where what is asked for mostly did not happen. What did not happen took no time, and
	// counts as that; of what has no length then (see noLength) it is left out.
	State State `json:"state"`
	// Median is that of Kaplan and Meier: null for None and NotMeasured.
	//
	// Source: https://doi.org/10.1080/01621459.1958.10501452
	Median *float64 `json:"median"`
	// Lower and Upper are an interval of the median, which nothing is assumed for but that the
	// repetitions are alike: between two of them in their order, counted from what each leaves
	// open. It has the median with Sure, which is [Confidence] at least where so many repetitions
	// can have that; of fewer it is their whole range. Upper is null where the end is open.
	//
	// Source: W. R. Thompson, 1936, https://doi.org/10.1214/aoms/1177732502
	Lower *float64 `json:"median_low"`
	Upper *float64 `json:"median_high"`
	Sure  float64  `json:"median_confidence"`
	// Low and High are the least and the greatest that were measured.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	// Curve is what share of the repetitions had not come to an end after so long, of a time
	// of which some have.
	Curve []Surviving `json:"curve,omitempty"`
}

// Over puts the KPIs of repetitions together, in the order in which they are met first. A run that
// did not come to its end, or whose record is not whole, has measured nothing.
func Over(results []*Result) []Repeated {
	type key struct{ name, scope string }
	var all []Repeated
	at := map[key]int{}
	values, open := map[key][]lasting{}, map[key][]sight{}
	seen := map[key]int{}
	for _, r := range results {
		for _, k := range r.KPIs {
			id := key{k.Name, k.Scope}
			n, known := at[id]
			if !known {
				n = len(all)
				at[id] = n
				all = append(all, Repeated{Name: k.Name, Scope: k.Scope, Unit: k.Unit})
			}
			seen[id]++
			if !r.Whole() {
				all[n].Missing++
				continue
			}
			switch k.State {
			case Measured:
				all[n].Measured++
				values[id] = append(values[id], lasting{*k.Value, true})
			case Censored:
				all[n].Censored++
				values[id] = append(values[id], lasting{*k.Value, false})
			case None:
				all[n].None++
				if noLength(k.Name) {
					continue
				}
				values[id] = append(values[id], lasting{0, true})
			default:
				all[n].Missing++
				continue
			}
			open[id] = append(open[id], k.sight())
		}
	}
	for id, n := range at {
		all[n].Missing += len(results) - seen[id] // a repetition that does not have it at all
		all[n].settle(values[id], open[id])
	}
	return all
}

// lasting is a time until something ended, or until nobody looked any more.
type lasting struct {
	value float64
	ended bool
}

// byEnd orders them: who ends at the moment at which another is lost sight of ends before.
func byEnd(a, b lasting) int {
	switch {
	case a.value != b.value:
		return cmp.Compare(a.value, b.value)
	case a.ended == b.ended:
		return 0
	case a.ended:
		return -1
	}
	return 1
}

// noLength tells of a figure that there is none of it where what it asks for did not happen:
// what was never noticed was not noticed at once.
func noLength(name string) bool {
	return slices.Contains([]string{"time_to_effect", "time_to_detect", "time_to_self_heal", "lost_work", "failed"}, name)
}

func (r *Repeated) settle(values []lasting, open []sight) {
	if r.State = NotMeasured; len(values) == 0 {
		if r.None > 0 {
			r.State = None
		}
		return
	}
	slices.SortFunc(values, byEnd)
	zeros := 0
	for _, v := range values {
		if v.ended && v.value == 0 {
			zeros++
		}
	}
	for _, v := range values {
		if none := v.value == 0 && zeros <= r.None; !v.ended || none {
			continue
		}
		if r.Low == nil {
			r.Low = new(v.value)
		}
		r.High = new(v.value)
	}
	var atLeast bool
	r.Median, atLeast = median(values)
	r.Lower, r.Upper, r.Sure = aroundMedian(open)
	switch {
	case atLeast:
		r.State = Censored
	case *r.Median == 0 && zeros <= r.None:
		r.State, r.Median = None, nil
	default:
		r.State = Measured
	}
	if r.Unit == "s" && r.Measured+r.Censored > 0 {
		r.Curve = survival(values)
	}
}

// sight is what a repetition says of a figure, and what it leaves open.
func (k KPI) sight() sight {
	if k.State == None {
		s := sight{none: true}
		if k.High != nil {
			s.high = *k.High
		}
		return s
	}
	s := sight{low: *k.Value, value: *k.Value, high: *k.Value}
	if k.Low != nil {
		s.low = min(s.low, *k.Low)
	}
	switch {
	case k.State == Censored:
		s.high = math.Inf(1)
	case k.High != nil:
		s.high = max(s.high, *k.High)
	}
	return s
}

// aroundMedian is an interval that has the median of what the repetitions are drawn from, and
// how surely: the chance that so many of n are all on one side of it is that of as many heads of
// n coins.
func aroundMedian(seen []sight) (lower, upper *float64, sure float64) {
	var lows, highs []float64
	for _, s := range seen {
		lows, highs = append(lows, s.low), append(highs, s.high)
	}
	slices.Sort(lows)
	slices.Sort(highs)
	n := len(seen)
	out, beyond, ways := 0, 0.0, math.Exp2(-float64(n)) // of one side
	for k := 0; 2*k < n; k++ {
		if beyond += ways; k > 0 && 1-2*beyond < Confidence {
			break
		}
		out, sure = k, 1-2*beyond
		ways *= float64(n-k) / float64(k+1)
	}
	return finite(lows[out]), finite(highs[n-1-out]), max(sure, 0)
}

// median of what is sorted. Without anything censored and with an even number it is the
// mean of the two in the middle, where the estimate is 0.5 between them.
func median(values []lasting) (*float64, bool) {
	const half = 0.5
	left, survive := len(values), 1.0
	for i, v := range values {
		if v.ended {
			survive *= float64(left-1) / float64(left)
		}
		left--
		switch {
		case survive > half+1e-12 || !v.ended:
		case survive > half-1e-12:
			for _, next := range values[i+1:] {
				if next.ended {
					return new((v.value + next.value) / 2), false
				}
			}
			return new(v.value), true
		default:
			return new(v.value), false
		}
	}
	return new(values[len(values)-1].value), true
}

package kpi

import (
	"cmp"
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
	// Median is that of Kaplan and Meier over those that were measured or censored: null
	// where there are none. AtLeast tells that so many were censored that it is beyond it.
	//
	// Source: https://doi.org/10.1080/01621459.1958.10501452
	Median  *float64 `json:"median"`
	AtLeast bool     `json:"at_least,omitempty"`
	// Low and High are the least and the greatest that were measured.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// Over puts the KPIs of repetitions together, in the order in which they are met first.
func Over(results []*Result) []Repeated {
	type key struct{ name, scope string }
	var all []Repeated
	at := map[key]int{}
	values := map[key][]lasting{}
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
			switch k.State {
			case Measured:
				all[n].Measured++
				values[id] = append(values[id], lasting{*k.Value, true})
			case Censored:
				all[n].Censored++
				values[id] = append(values[id], lasting{*k.Value, false})
			case None:
				all[n].None++
			default:
				all[n].Missing++
			}
		}
	}
	for id, n := range at {
		all[n].Missing += len(results) - seen[id] // a repetition that does not have it at all
		all[n].settle(values[id])
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

func (r *Repeated) settle(values []lasting) {
	if len(values) == 0 {
		return
	}
	slices.SortFunc(values, byEnd)
	for _, v := range values {
		if v.ended && r.Low == nil {
			r.Low = new(v.value)
		}
		if v.ended {
			r.High = new(v.value)
		}
	}
	r.Median, r.AtLeast = median(values)
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

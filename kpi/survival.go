package kpi

import "math"

// Surviving is a step of the estimate of Kaplan and Meier: what share of the repetitions had
// not come to an end after so long.
//
// Source: https://doi.org/10.1080/01621459.1958.10501452
type Surviving struct {
	After  float64 `json:"after_s"`
	Share  float64 `json:"share"`
	AtRisk int     `json:"at_risk"` // still seen and not over just before
	// Low and High are where the share lies with 95 % by the variance of Greenwood, on the
	// scale of log(-log): null where it is 0, and nothing can be said.
	//
	// Source: J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time
	// Data, 2002, section 1.4
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// survival is the estimate from what is sorted: a step for each moment at which one ended.
func survival(values []lasting) []Surviving {
	const z = 1.95996
	var curve []Surviving
	share, variance := 1.0, 0.0
	for i := 0; i < len(values); {
		at, risk, ended := values[i].value, len(values)-i, 0
		for ; i < len(values) && values[i].value == at; i++ {
			if values[i].ended {
				ended++
			}
		}
		if ended == 0 {
			continue
		}
		share *= float64(risk-ended) / float64(risk)
		s := Surviving{After: at, Share: share, AtRisk: risk}
		if risk > ended {
			variance += float64(ended) / float64(risk*(risk-ended))
			off := z * math.Sqrt(variance) / math.Abs(math.Log(share))
			s.Low, s.High = new(math.Pow(share, math.Exp(off))), new(math.Pow(share, math.Exp(-off)))
		}
		curve = append(curve, s)
	}
	return curve
}

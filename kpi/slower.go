package kpi

import (
	"fmt"

	"github.com/openstack-eris/eris/conditions"
)

// latencyRatio and latencyDifference are the degradation: a percentile of all answers of the
// time in which the fault was held against the same of the baseline, so that each request
// counts once, whenever it came. The highest percentile is taken that both support.
//
// The published record had it as a sum of ratios of means, over windows.
func latencyRatio() function {
	return function{
		name: "latency_ratio", help: "How many times as long as in the baseline answers took while the fault was held, at the highest percentile that both support; of the worst load.",
		source: ofEffect, unit: conditions.Count, sampled: true,
		words: "slowdown by", ofFault: func(f *FaultFigures) KPI { return f.Ratio },
	}
}

func latencyDifference() function {
	return function{
		name: "latency_difference", help: "How much longer, at that percentile; of the worst load.",
		source: ofEffect, unit: conditions.Seconds, sampled: true,
		words: "answers took longer by", ofFault: func(f *FaultFigures) KPI { return f.Difference },
	}
}

// slower takes a load into both. The interval is from the ends of those of the two
// percentiles.
func (f *FaultFigures) slower(l LoadFigures, held, base *histogram, q float64) {
	was, is := base.quantile(q), held.quantile(q)
	heldLow, heldHigh := held.around(q)
	baseLow, baseHigh := base.around(q)
	of := fmt.Sprintf("p%g of %s", 100*q, l.Plan.Name)
	if ratio := float64(*is) / float64(*was); f.Ratio.Value == nil || ratio > *f.Ratio.Value {
		f.Ratio = f.Ratio.between(float64(heldLow)/float64(baseHigh), ratio, float64(heldHigh)/float64(baseLow))
		f.Ratio.N, f.Ratio.Detail = int(held.n()), of
	}
	if more := seconds(*is - *was); f.Difference.Value == nil || more > *f.Difference.Value {
		f.Difference = f.Difference.between(seconds(heldLow-baseHigh), more, seconds(heldHigh-baseLow))
		f.Difference.N, f.Difference.Detail = int(held.n()), of
	}
}

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
		source: ofEffect, unit: conditions.Seconds, sampled: true, signed: true,
		words: "answers took longer by", ofFault: func(f *FaultFigures) KPI { return f.Difference },
	}
}

// slower takes a load into both. The interval is from the ends of those of the two
// percentiles. It says what is open of it, where one of them is among what nobody answered.
func (f *FaultFigures) slower(l LoadFigures, held, base *answers, q float64) (open string) {
	was, is := base.quantile(q), held.quantile(q)
	of := fmt.Sprintf("p%g of %s", 100*q, l.Plan.Name)
	if was.Open {
		why := "in the baseline, too, " + base.vain()
		f.Ratio, f.Difference = f.Ratio.unless(why), f.Difference.unless(why)
		return why
	}
	f.Ratio = f.Ratio.orWorse(float64(is.Low)/float64(was.High), float64(is.At)/float64(was.At), float64(is.High)/float64(was.Low), of, int(held.n()))
	f.Difference = f.Difference.orWorse(seconds(is.Low-was.High), seconds(is.At-was.At), seconds(is.High-was.Low), of, int(held.n()))
	if is.Open {
		return fmt.Sprintf("%d of %d unanswered", held.unanswered.n(), held.n())
	}
	return ""
}

// orWorse is the worse of a figure and another one of n. Which of the two it is may not be
// known: its interval is from the greater of the low ends to the greater of the high ones.
func (k KPI) orWorse(low, x, high float64, of string, n int) KPI {
	if k.Value != nil {
		low, high = max(low, *k.Low), max(high, *k.High)
	}
	if k.Value == nil || x > *k.Value {
		k.N, k.Detail = n, of
	} else {
		x = *k.Value
	}
	return k.between(low, x, high)
}

package published

import (
	"fmt"
	"math"
)

// Figure is one of the published figures, over the runs that have any.
type Figure struct {
	Value float64 `json:"value"`
	Error float64 `json:"error"` // as it was computed then: no interval in a strict sense
	Runs  int     `json:"runs"`  // that have any
}

// Summary is what was published of an experiment. A figure is nil where no run has any.
type Summary struct {
	Downtime            *Figure `json:"downtime"`             // seconds
	MTTR                *Figure `json:"mttr"`                 // seconds
	AbsoluteDegradation *Figure `json:"absolute_degradation"` // seconds
	RelativeDegradation *Figure `json:"relative_degradation"` // a sum of ratios
	Runs                int     `json:"runs"`                 // of the experiment
}

// sums gathers one figure over the runs.
type sums struct{ perRun, offs []float64 }

func (s *sums) add(clusters []measured) {
	if len(clusters) == 0 {
		return
	}
	sum := 0.0
	for _, c := range clusters {
		sum += c.value
		s.offs = append(s.offs, c.off)
	}
	s.perRun = append(s.perRun, sum)
}

// spread has as its error that of all clusters and of the runs among themselves.
func (s *sums) spread() *Figure {
	if len(s.perRun) == 0 {
		return nil
	}
	off := variance(s.perRun)
	for _, o := range s.offs {
		off += o
	}
	return &Figure{mean(s.perRun), math.Sqrt(off / float64(len(s.perRun))), len(s.perRun)}
}

// averaged has as its error the mean of those of the clusters.
func (s *sums) averaged() *Figure {
	if len(s.perRun) == 0 {
		return nil
	}
	return &Figure{mean(s.perRun), mean(s.offs), len(s.perRun)}
}

// Summarize computes the figures of an experiment over its runs. The error wraps
// [ErrNoBaseline] and names the run, from 1.
func Summarize(runs []Run) (Summary, error) {
	var downtime, recovery, difference, ratio sums
	for n, r := range runs {
		b, err := r.baseline()
		if err != nil {
			return Summary{}, fmt.Errorf("run %d: %w", n+1, err)
		}
		downtime.add(r.outages())
		var lengths, differences, ratios []measured
		for _, d := range r.degradations(b) {
			lengths, differences, ratios = append(lengths, d.length), append(differences, d.difference), append(ratios, d.ratio)
		}
		recovery.add(lengths)
		difference.add(differences)
		ratio.add(ratios)
	}
	return Summary{downtime.spread(), recovery.spread(), difference.averaged(), ratio.averaged(), len(runs)}, nil
}

// String writes a figure as it was printed then: to as many digits as its error has that
// matter, of which the error itself was rounded twice.
func (f *Figure) String() string {
	if f == nil {
		return "N/A"
	}
	digits := 4
	if f.Error != 0 {
		digits = int(math.Ceil(-math.Log10(f.Error))) + 1
	}
	value, off := round(f.Value, digits), round(f.Error, digits+1)
	if digits <= 0 {
		return fmt.Sprintf("%.0f ± %.0f", math.Trunc(value), math.Trunc(off))
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, value, digits, round(off, digits))
}

// round to that many digits after the point, or before it where that is negative.
func round(x float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(x*scale) / scale
}

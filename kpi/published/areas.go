package published

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// window is how many good iterations the moving mean is over.
const window = 21

// measured is a figure of one cluster, with what it may be off.
type measured struct{ value, off float64 }

// outages are the error clusters of a run: how long each was, in seconds.
func (r Run) outages() []measured {
	failed := make([]bool, len(r.Iterations))
	for i, x := range r.Iterations {
		failed[i] = x.Failed
	}
	var found []measured
	for _, c := range clusters(failed, 0) {
		before, after := 0.0, 0.0
		if c.first > 0 {
			before = (r.Iterations[c.first].At - r.Iterations[c.first-1].At) / 2
		}
		if c.last < len(r.Iterations)-1 {
			after = (r.Iterations[c.last+1].At - r.Iterations[c.last].At) / 2
		}
		from, to := r.Iterations[c.first].At-before, r.Iterations[c.last].At+after
		found = append(found, measured{to - from, before + after})
	}
	return found
}

// degraded is a cluster in which a run was slower than its baseline.
type degraded struct {
	length     measured // seconds
	difference measured // of the means, in seconds
	ratio      measured // of the means
}

// point is one of the moving mean.
type point struct{ at, duration, off float64 }

// smooth is the moving mean over the good iterations; the last window of them has none.
func smooth(good []Iteration) []point {
	var points []point
	for i := 0; i+window < len(good); i++ {
		at, duration, inner := 0.0, 0.0, 0.0
		for n, x := range good[i : i+window] {
			at += x.At
			duration += x.Duration
			if n > 0 && n < window-1 {
				inner += x.At
			}
		}
		at /= window
		points = append(points, point{at, duration / window, math.Abs(at - inner/(window-2))})
	}
	return points
}

func (r Run) degradations(b baseline) []degraded {
	good := r.good()
	points := smooth(good)
	over := make([]bool, len(points))
	for i, p := range points {
		over[i] = p.duration >= b.threshold()
	}
	var found []degraded
	for _, c := range clusters(over, widthLeast) {
		from, to := points[c.first].at, points[c.last].at
		off := 0.0
		for _, p := range points[c.first:c.last] {
			off += p.off / float64(c.last-c.first)
		}
		var within []float64
		for _, x := range good {
			if from < x.At && x.At < to {
				within = append(within, x.Duration)
			}
		}
		if len(within) == 0 {
			continue // nothing began between the two, so there is nothing to compare
		}
		n := float64(len(within))
		se := math.Sqrt(variance(within)/n + b.variance/float64(b.n))
		t := distuv.StudentsT{Sigma: 1, Nu: float64(b.n) + n - 2}.Quantile(0.975)
		found = append(found, degraded{
			length:     measured{to - from, off},
			difference: measured{mean(within) - b.mean, t * se},
			ratio:      measured{mean(within) / b.mean, t * se / b.mean},
		})
	}
	return found
}

// mean of what is not empty.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// variance of the values themselves, which is not that of what they were drawn from.
func variance(values []float64) float64 {
	m, sum := mean(values), 0.0
	for _, v := range values {
		sum += (v - m) * (v - m)
	}
	return sum / float64(len(values))
}

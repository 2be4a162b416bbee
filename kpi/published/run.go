package published

import (
	"errors"
	"fmt"
	"math"
)

// warmUp is how many iterations at the start belong to no baseline.
const warmUp = 10

// Iteration is one iteration of a load, in the order in which they began.
type Iteration struct {
	At       float64 // when it began, in seconds from the first one
	Duration float64 // seconds
	Failed   bool
}

// Run is one run of an experiment.
type Run struct {
	Iterations []Iteration
	// Fault is when its injection began, in seconds from the first iteration; nil where
	// there was none, so that all is baseline.
	Fault *float64
}

// baseline is what a run was like before its fault.
type baseline struct {
	mean, variance float64 // of the durations, in seconds
	n              int
}

// ErrNoBaseline says that too few iterations had ended when the fault began.
var ErrNoBaseline = errors.New("no baseline")

func (r Run) baseline() (baseline, error) {
	last := 0
	for i, x := range r.Iterations {
		if r.Fault != nil && x.At+x.Duration < *r.Fault || r.Fault == nil && x.At+x.Duration < r.Iterations[len(r.Iterations)-1].At {
			last = i
		}
	}
	if last <= warmUp {
		return baseline{}, fmt.Errorf("%w: of %d iterations fewer than %d had ended when the fault began", ErrNoBaseline, len(r.Iterations), warmUp+2)
	}
	var b baseline
	durations := make([]float64, 0, last)
	for _, x := range r.Iterations[warmUp:last] { // the last one is left out, as it was then
		durations = append(durations, x.Duration)
	}
	b.mean, b.variance, b.n = mean(durations), variance(durations), len(durations)
	return b, nil
}

// threshold is the moving mean from which on a run is degraded.
func (b baseline) threshold() float64 { return b.mean + 4*math.Sqrt(b.variance) }

// good are the iterations that did not fail.
func (r Run) good() []Iteration {
	var all []Iteration
	for _, x := range r.Iterations {
		if !x.Failed {
			all = append(all, x)
		}
	}
	return all
}

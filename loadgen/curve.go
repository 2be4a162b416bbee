package loadgen

import (
	"math"
	"sort"
	"time"
)

// The shape of a load and the way in which its arrivals are spread are two
// things. A shape is a curve of the rate over time; what is drawn is only where
// in the curve's integral arrivals lie: one at every whole number for the even
// process, at the sums of exponential gaps of mean 1 for the Poisson process.
// When an arrival is due follows by inverting the integral, so that the number
// of arrivals is exact whatever the shape, and no rounding adds up.
//
// Source: E. Çinlar, Introduction to Stochastic Processes, 1975, chapter 4.7:
// arrivals of a unit process at u, taken through the inverse of the cumulative
// rate, are those of the process with that rate.

// curve is a rate over time. Its times are seconds from where it begins.
type curve interface {
	// rate is arrivals a second at t.
	rate(t float64) float64
	// due is the integral of the rate from 0 to t.
	due(t float64) float64
	// reach is the time from which on the integral is n and grows; +Inf when
	// that never is.
	reach(n float64) float64
}

// piece is a part of a curve whose rate is a straight line. It lasts until the
// next one begins.
type piece struct {
	from  float64 // s
	n     float64 // integral up to there
	rate  float64 // at from
	slope float64 // per s
}

func (p piece) due(t float64) float64 { return p.n + (t-p.from)*(p.rate+p.slope*(t-p.from)/2) }

// reach solves rate*t + slope*t²/2 = n, in the form that does not cancel.
func (p piece) reach(n float64) float64 {
	n -= p.n
	switch {
	case p.rate <= 0 && p.slope <= 0:
		return math.Inf(1)
	case n <= 0:
		return p.from
	case p.slope == 0:
		return p.from + n/p.rate
	}
	return p.from + 2*n/(p.rate+math.Sqrt(max(p.rate*p.rate+2*p.slope*n, 0)))
}

// pieces is a curve of straight lines: constant, ramp and steps.
type pieces []piece

// line is a rate for ever.
func line(r Rate) pieces { return pieces{{rate: float64(r)}} }

// then goes on, after the last piece has lasted for d, with another rate.
func (p pieces) then(d time.Duration, rate float64) pieces {
	last := p[len(p)-1]
	at := last.from + d.Seconds()
	return append(p, piece{from: at, n: last.due(at), rate: rate})
}

func (p pieces) rate(t float64) float64 {
	i := max(sort.Search(len(p), func(i int) bool { return p[i].from > t })-1, 0)
	return p[i].rate + p[i].slope*(t-p[i].from)
}

func (p pieces) due(t float64) float64 {
	i := max(sort.Search(len(p), func(i int) bool { return p[i].from > t })-1, 0)
	return p[i].due(t)
}

func (p pieces) reach(n float64) float64 {
	i := 0
	if len(p) > 1 {
		i = max(sort.Search(len(p), func(i int) bool { return p[i].n > n })-1, 0)
	}
	t := p[i].reach(n)
	if i+1 < len(p) {
		t = min(t, p[i+1].from)
	}
	return t
}

// wave is a sine about a mean, which it has at its beginning and goes up from.
type wave struct{ mean, swing, period float64 }

func (w wave) angle(t float64) float64 { return 2 * math.Pi * t / w.period }

func (w wave) rate(t float64) float64 { return w.mean + w.swing*math.Sin(w.angle(t)) }

func (w wave) due(t float64) float64 {
	return w.mean*t + w.swing*w.period/(2*math.Pi)*(1-math.Cos(w.angle(t)))
}

// reach is found by Newton's method, kept within bounds that close in, in the
// period in which it lies.
func (w wave) reach(n float64) float64 {
	before := math.Floor(n / (w.mean * w.period))
	n -= before * w.mean * w.period
	low, high := max((n-w.swing*w.period/math.Pi)/w.mean, 0), min(n/w.mean, w.period)
	t := high
	for range 100 {
		over := w.due(t) - n
		if over > 0 {
			high = t
		} else {
			low = t
		}
		next := t - over/w.rate(t)
		if !(next > low && next < high) { // also when the rate is none there
			next = (low + high) / 2
		}
		done := math.Abs(next-t) < 1e-10
		if t = next; done {
			break
		}
	}
	return before*w.period + t
}

// trace is arrivals at given times, in seconds, that do not go back.
type trace []float64

// traceWindow is over how many arrivals the rate of a trace is told.
const traceWindow = 10

// rate is that of the arrivals about t; none once the last has come.
func (tr trace) rate(t float64) float64 {
	next := sort.SearchFloat64s(tr, t)
	if next == len(tr) {
		return 0
	}
	first, last := max(next-traceWindow/2, 0), min(next+traceWindow/2, len(tr)-1)
	if last <= first || tr[last] <= tr[first] {
		return 0
	}
	return float64(last-first) / (tr[last] - tr[first])
}

func (tr trace) due(t float64) float64 {
	return float64(sort.Search(len(tr), func(i int) bool { return tr[i] > t }))
}

func (tr trace) reach(n float64) float64 {
	if i := int(n); i < len(tr) {
		return tr[i]
	}
	return math.Inf(1)
}

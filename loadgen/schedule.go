package loadgen

import (
	"math"
	"math/rand/v2"
	"time"
)

// Schedule says when arrivals are due. It is deterministic: two made from the
// same spec and seed give the same times. It is used by one goroutine at a
// time.
type Schedule interface {
	// Next is the time of the next arrival from the load's start, never less
	// than the one before; false when there is none any more.
	Next() (time.Duration, bool)
}

// NewSchedule makes the schedule of a spec's arrivals; seed is that of the
// load's stream.
func NewSchedule(a Arrivals, seed int64) Schedule {
	gap := float64(time.Second) / float64(a.Rate)
	if a.Process == Poisson {
		return &poisson{gap: gap, random: stream(seed, "arrivals")}
	}
	return &constant{gap: gap}
}

// constant has the first arrival at once and then one every gap. Each is
// computed from its number, so that rounding does not add up.
type constant struct {
	gap float64 // ns
	n   int64
}

func (c *constant) Next() (time.Duration, bool) {
	at := time.Duration(math.Round(float64(c.n) * c.gap))
	c.n++
	return at, true
}

// poisson has exponential gaps, drawn by inverting their distribution:
// -ln(1-u) times the mean. The sum is kept in float64, good to a ns over
// months.
type poisson struct {
	gap    float64 // mean, ns
	at     float64
	random *rand.Rand
}

func (p *poisson) Next() (time.Duration, bool) {
	p.at += -math.Log1p(-p.random.Float64()) * p.gap
	return time.Duration(p.at), true
}

package example

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Harm is what a Trouble does to requests.
type Harm int

// The harms. A request that is being served when one begins is served.
const (
	Refuses  Harm = iota // they fail at once
	Silences             // they are lost: no answer comes, and the client gives up at its time limit
	Stalls               // they wait for its end, and are served then
	Slows                // they are served, and it takes Factor times as long
	Fails                // a share of them, Factor, fails
)

// Trouble is a planned stretch in which a Service does not do as it should.
type Trouble struct {
	From, To time.Duration
	Harm     Harm
	Factor   float64 // of Slows and Fails
}

// Service answers requests, but for its troubles, which are the truth that figures
// are held against.
type Service struct {
	Seed     uint64
	Median   time.Duration // of the time that it takes
	Spread   float64       // sigma of its logarithm
	Limit    time.Duration // after which clients give up
	Failing  float64       // share of requests that fail whatever else there is
	Troubles []Trouble     // in order, none within another
}

// Open is a load of rate arrivals a second, evenly spaced or at random (a Poisson
// process), whatever becomes of those before.
func (s Service) Open(rate float64, poisson bool, length time.Duration) func(string) iter.Seq2[record.Sample, error] {
	return func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			random := rand.New(rand.NewPCG(s.Seed, 2)) // repeatable on purpose
			for due, i := time.Duration(0), int64(0); ; i++ {
				if gap := float64(time.Second) / rate; poisson {
					due += time.Duration(random.ExpFloat64() * gap)
				} else {
					due = time.Duration(float64(i) * gap)
				}
				if due >= length || !yield(s.served(random, i, due, length), nil) {
					return
				}
			}
		}
	}
}

// Closed is a load of so many workers, each of which pauses after each answer.
func (s Service) Closed(workers int, pause, length time.Duration) func(string) iter.Seq2[record.Sample, error] {
	return func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			random := rand.New(rand.NewPCG(s.Seed, 3)) // repeatable on purpose
			next := make([]time.Duration, workers)
			for w := range next {
				next[w] = time.Duration(random.Int64N(int64(pause + s.Median)))
			}
			for i := int64(0); ; i++ {
				w := slices.Index(next, slices.Min(next))
				if next[w] >= length {
					return
				}
				sample := s.served(random, i, next[w], length)
				if !yield(sample, nil) {
					return
				}
				next[w] = sample.End + pause
			}
		}
	}
}

// served is what becomes of a request; the run's own end cuts it off.
func (s Service) served(random *rand.Rand, i int64, at, length time.Duration) record.Sample {
	took := time.Duration(float64(s.Median) * math.Exp(s.Spread*random.NormFloat64()))
	a := record.Sample{Iteration: i, Intended: at, Started: at, End: at + took, Status: 200}
	for _, t := range s.Troubles {
		if at < t.From || at >= t.To {
			continue
		}
		switch t.Harm {
		case Refuses:
			a.Class, a.Status, a.End = record.Connect, 0, at+2*time.Millisecond
		case Silences:
			a.End = at + s.Limit
		case Stalls:
			a.End = t.To + took
		case Slows:
			a.End = at + time.Duration(float64(took)*t.Factor)
		case Fails:
			if random.Float64() < t.Factor {
				a.Class, a.Status = record.HTTP5xx, 503
			}
		}
	}
	if s.Failing > 0 && random.Float64() < s.Failing {
		a.Class, a.Status, a.End = record.HTTP5xx, 503, at+took
	}
	if a.Class == record.OK && a.End-at >= s.Limit {
		a.Class, a.Status, a.End = record.Timeout, 0, at+s.Limit
	}
	if a.End > length {
		a.Class, a.Status, a.End = record.Aborted, 0, length
	}
	return a
}

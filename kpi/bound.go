package kpi

import (
	"fmt"
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Bound is what a load's baseline makes of "healthy" and of "late". Without a
// baseline there is none, and what rests on it is not measured.
type Bound struct {
	// Quantile is the percentile that is compared: the highest of p99, p95, p90
	// and p50 that both the baseline and a window of Sustain support.
	Quantile float64
	Baseline time.Duration // that percentile in the baseline
	Latency  time.Duration // what it may be in a healthy window
	BadShare float64       // arrivals that may go wrong in a healthy window
	// Background is how large the share of arrivals may be that go wrong without a fault,
	// by those of the baseline; 0 where none did.
	Background float64
	// Doubt is how unlikely that must be as chance of what goes wrong anyway which is harm:
	// usually as good as impossible.
	Doubt     float64
	Late      time.Duration // an answer later than this is as good as none
	Gap       time.Duration // baseline's mean time between two successes
	Fastest   time.Duration // how long a success took at least
	Longest   time.Duration // how long a success took at most: the p99.9, or the maximum where that is not supported
	Outage    time.Duration // a gap between successes longer than this may be an outage
	OutageDue int64         // how many arrivals must have been due in it
	Rate      float64       // arrivals a second in the baseline
}

// fewAnswers of a baseline are too few for its slowest one to be the slowest that there is.
const fewAnswers = 20

// silence derives from the baseline's answers what an outage of the load is told by: what it
// leaves without a success, and for how long. Few answers say that, too, though less of it:
// the longest may then take twice as long as the slowest of them, and the shortest no time.
// The error says, for people, why there is nothing.
func (s *Series) silence(h history, set Settings) (Bound, error) {
	span, ok := h.phase(record.Baseline)
	if !ok {
		return Bound{}, fmt.Errorf("there was no baseline to compare with")
	}
	if span.Length() < time.Second {
		return Bound{}, fmt.Errorf("the baseline lasted %v, and less than a second is none to compare with", span.Length().Round(time.Millisecond))
	}
	span.From = max(span.From, s.firstDue)
	answers, t := s.Windows[record.Baseline], s.Tallies[record.Baseline]
	if answers == nil || answers.ok.n() == 0 {
		return Bound{}, fmt.Errorf("no arrival succeeded in the baseline")
	}
	window := answers.ok
	n := window.n()
	b := Bound{
		Gap: span.Length() / time.Duration(n), Rate: float64(t.Due) / seconds(span.Length()),
		Fastest: time.Duration(window.hdr.Min()) * time.Microsecond, Longest: window.worst,
	}
	if p := window.quantile(0.999); p != nil {
		b.Longest = *p
	}
	b.Outage, b.OutageDue = b.Longest+scale(b.Gap, set.OutageGaps), set.OutageArrivals
	slow := b.Longest
	if p := window.quantile(highest(n)); p != nil {
		slow = *p
	}
	b.Late = max(scale(slow, set.LateFactor), set.LateLeast)
	if n < fewAnswers {
		b.Fastest, b.Longest = 0, 2*b.Longest
	}
	return b, nil
}

// bound adds what health is told by. The error says, for people, why nothing is.
func (s *Series) bound(b Bound, set Settings) (Bound, error) {
	window, t := s.Windows[record.Baseline].ok, s.Tallies[record.Baseline]
	n := window.n()
	if n < fewAnswers {
		return Bound{}, fmt.Errorf("fewer than %d arrivals succeeded in the baseline", fewAnswers)
	}
	b.Doubt = byChance
	inSustain := int64(b.Rate * seconds(set.Sustain))
	b.Quantile = highest(min(n, inSustain))
	if b.Quantile == 0 {
		return Bound{}, fmt.Errorf("%v of this load are %d arrivals, too few for a median", set.Sustain, inSustain)
	}
	b.Baseline = *window.quantile(b.Quantile)
	b.Latency = scale(b.Baseline, set.LatencyFactor)
	if t.Due > 0 {
		bad, due := float64(t.Bad), float64(t.Due)
		b.BadShare = bad / due
		b.Background = min((bad+2*math.Sqrt(bad))/due, 1)
	}
	b.BadShare = max(b.BadShare, set.BadShare)
	return b, nil
}

func scale(d time.Duration, by float64) time.Duration { return time.Duration(float64(d) * by) }

// byChance is how unlikely it must be that so many arrivals went wrong as in a stretch,
// for that to be more than what goes wrong without a fault: in a run of ten minutes a
// second is taken for ill by chance one time in twenty.
const byChance = 1e-4

// unlikely is what may be chance, and more likely is not.
const unlikely = 0.05

// lightly is a Doubt beyond which nothing is surely no harm.
const lightly = 0.01

// tooMany tells whether more of the arrivals that were due in a stretch went wrong than
// may: more than BadShare, and more than chance makes of Background.
func (b Bound) tooMany(bad, due int64) bool {
	return float64(bad) > b.BadShare*float64(due) && (b.Background == 0 || atLeast(bad, due, b.Background) < b.Doubt)
}

// atLeast is the probability of k or more of n, where each has the probability p: the
// upper tail of the binomial distribution. Below the mean it is 1, which is enough here.
func atLeast(k, n int64, p float64) float64 {
	if p >= 1 || float64(k) <= float64(n)*p {
		return 1
	}
	lgamma := func(x int64) float64 { y, _ := math.Lgamma(float64(x) + 1); return y }
	term := math.Exp(lgamma(n) - lgamma(k) - lgamma(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	sum := 0.0
	for ; k <= n && term > sum*1e-9; k++ {
		sum += term
		term *= float64(n-k) / float64(k+1) * p / (1 - p)
	}
	return sum
}

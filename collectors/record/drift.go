package record

import (
	"math"
	"slices"
	"time"
)

// MostDrift is by how much two clocks that nobody sets may go at another speed: what the
// kernel allows NTP to correct by, in seconds a second.
//
// Source: https://www.man7.org/linux/man-pages/man2/adjtimex.2.html (freq, ±500 ppm)
const MostDrift = 500e-6

// MostSlew is by how much at most a clock goes at another speed while a daemon has it catch up,
// in seconds a second: what chrony allows itself unless it is told otherwise. The node's uptime
// goes with it, so that nothing on the node tells.
//
// Source: https://chrony-project.org/doc/4.6/chrony.conf.html (maxslewrate, 83333.333 ppm)
const MostSlew = 83334e-6

const (
	// slewWide is how wide a bound may be that takes a clock to be made to catch up to and fro.
	slewWide = 200 * time.Millisecond
	// oneWay is for how long before and after a moment a wider one takes it that this was done in
	// one direction, as a daemon does that corrects what it has measured.
	oneWay = 30 * time.Second
)

// ClockSight is one measurement of a node's clock: when it showed Node, run - node was between
// Low and High. The node read its clock between the moment at which it was asked and the one
// at which its answer came, so that these bound it whatever the network did.
type ClockSight struct {
	Node      time.Duration // the node's reading; what it is counted from is the same for all
	Low, High time.Duration
}

// Meets tells whether two sights can be of one clock that was not set between them.
func (s ClockSight) Meets(o ClockSight) bool {
	drift := Drifted(s.Node - o.Node)
	return s.Low-drift <= o.High && o.Low-drift <= s.High
}

// Slewed is how far a clock may come from the run's in a time of its own, at the most, whatever a
// daemon does short of setting it.
func Slewed(d time.Duration) time.Duration {
	return time.Duration(math.Ceil(MostSlew / (1 - MostSlew) * math.Abs(float64(d))))
}

// Drifted is how far two clocks may come apart in a time, at the most, while no daemon has one
// catch up.
func Drifted(d time.Duration) time.Duration {
	return time.Duration(math.Ceil(MostDrift * math.Abs(float64(d))))
}

// ClockSights are those of one node's clock while nobody set it, in the order of its readings.
type ClockSights []ClockSight

// mostSights is how many are kept of a clock: so many bound it as well as all.
const mostSights = 128

// Add takes a sight in; false where it does not meet all of those before: then the clock was
// set. A sight that others make needless is not kept.
func (s ClockSights) Add(sight ClockSight) (ClockSights, bool) {
	for _, o := range s {
		if !o.Meets(sight) {
			return s, false
		}
	}
	// The first and the newest stay, by which the drift is known.
	kept := ClockSights{}
	for n, o := range s {
		if n == 0 || !sight.outdoes(o) {
			kept = append(kept, o)
		}
	}
	kept = append(kept, sight)
	slices.SortStableFunc(kept, func(x, y ClockSight) int { return int(x.Node - y.Node) })
	if len(kept) > mostSights {
		kept = kept.thinned()
	}
	return kept, true
}

// thinned is without the wider of the two that are closest to each other, of all but the
// first and the last.
func (s ClockSights) thinned() ClockSights {
	closest := 1
	for n := 1; n < len(s)-2; n++ {
		if s[n+1].Node-s[n].Node < s[closest+1].Node-s[closest].Node {
			closest = n
		}
	}
	if s[closest+1].High-s[closest+1].Low > s[closest].High-s[closest].Low {
		closest++
	}
	return slices.Delete(s, closest, closest+1)
}

// outdoes tells whether a sight bounds the clock at least as closely as another, at every
// moment.
func (s ClockSight) outdoes(o ClockSight) bool {
	slew := Slewed(s.Node - o.Node)
	return s.Low-slew >= o.Low && s.High+slew <= o.High
}

// At is between what run - node was when the clock showed node: by all sights, each widened by
// what a daemon may have done to the clock since or before ([MostSlew]). That holds whatever was
// done, short of setting it. Where it would say little, more than 200 ms, and there are sights of
// before and of after, the clock was between what those before say and what those after say, give
// or take what it may have drifted ([MostDrift]): so it is unless within half a minute it was made
// to go away and come back, without a sight that shows it. There has to be a sight.
func (s ClockSights) At(node time.Duration) (low, high time.Duration) {
	low, high = s.widened(node, Slewed)
	at := slices.IndexFunc(s, func(o ClockSight) bool { return o.Node > node })
	if high-low <= slewWide || at <= 0 {
		return low, high
	}
	pastLow, pastHigh := s[:at].near(node)
	nextLow, nextHigh := s[at:].near(node)
	return max(low, min(pastLow, nextLow)), min(high, max(pastHigh, nextHigh))
}

// Beside is between what run - node was by the sights of one side of a moment, where the clock was
// set on its other side, so that sights are there, too: it was between the two.
func (s ClockSights) Beside(node time.Duration) (low, high time.Duration) {
	if low, high = s.widened(node, Slewed); high-low <= slewWide {
		return low, high
	}
	return s.near(node)
}

// near is by the sights of one side within half a minute, or by the nearest.
func (s ClockSights) near(node time.Duration) (low, high time.Duration) {
	near := slices.DeleteFunc(slices.Clone(s), func(o ClockSight) bool { return (o.Node - node).Abs() > oneWay })
	if len(near) == 0 {
		near = ClockSights{slices.MinFunc(s, func(x, y ClockSight) int { return int((x.Node - node).Abs() - (y.Node - node).Abs()) })}
	}
	return near.widened(node, Drifted)
}

func (s ClockSights) widened(node time.Duration, by func(time.Duration) time.Duration) (low, high time.Duration) {
	low, high = math.MinInt64, math.MaxInt64
	for _, o := range s {
		low, high = max(low, o.Low-by(node-o.Node)), min(high, o.High+by(node-o.Node))
	}
	return low, high
}

// Drift is how much more the run's clock went than the node's from the first sight to the
// last, in millionths, and between what it lies; false where there are not two. It is a mean:
// a clock that is disciplined goes now faster, now slower.
func (s ClockSights) Drift() (low, ppm, high float64, known bool) {
	if len(s) < 2 || s[len(s)-1].Node <= s[0].Node {
		return 0, 0, 0, false
	}
	first, last := s[0], s[len(s)-1]
	span := float64(last.Node-first.Node) / 1e6
	low, high = float64(last.Low-first.High)/span, float64(last.High-first.Low)/span
	return low, (low + high) / 2, high, true
}

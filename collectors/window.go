package collectors

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/conditions"
)

// knownSince drops what was read before a moment, but for the last of it: from there on
// the series is known.
func knownSince(past []reading, from time.Duration) []reading {
	first := 0
	for i, r := range past {
		if r.at <= from {
			first = i
		}
	}
	return past[first:]
}

// over answers avg_over, max_over, min_over and rate: of the one series that
// fits, what was read in the window. It is missing, and no guess, where the series
// was not read all the while.
func (s *Signals) over(call conditions.Call, labels map[string]string, reduce func(window []reading) float64) conditions.Value {
	window, _ := call.Arg("window")
	name := call.Text("name")
	if newest := one(call, s.Latest(name, labels), s.Silent(name, labels)); newest.State() == conditions.IsMissing {
		return newest
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, fit := s.clock.Now(), s.fitting(name, labels)
	if len(fit) != 1 { // it has gone, or another has come, since they were counted
		return conditions.Missing(fmt.Sprintf("%s has no reading", call))
	}
	if len(fit[0].past) == 0 {
		return conditions.Missing(fmt.Sprintf("%s: its readings are not kept", call))
	}
	past := knownSince(fit[0].past, now-window.Duration)
	if known := now - past[0].at; known < window.Duration {
		return conditions.Missing(fmt.Sprintf("%s: its series has been read for %s", call, known.Round(time.Millisecond)))
	}
	for i, r := range past[1:] {
		gap, most := r.at-past[i].at, past[i].lasts
		if s.kinds[name] == Delta { // one that is missing has taken with it what came
			most /= 2
		}
		if gap > most {
			return conditions.Missing(fmt.Sprintf("%s: for %s nothing was read", call, gap.Round(time.Millisecond)))
		}
	}
	if len(past) == 1 {
		return conditions.Missing(fmt.Sprintf("%s has no reading in its window", call))
	}
	return conditions.Exact(reduce(past))
}

// Of a window its first reading is the one before it: from that on the others tell.

func average(window []reading) float64 {
	sum := 0.0
	for _, r := range window[1:] {
		sum += r.value
	}
	return sum / float64(len(window)-1)
}

func greatest(window []reading) float64 {
	return extreme(window, func(a, b float64) float64 { return max(a, b) })
}

func least(window []reading) float64 {
	return extreme(window, func(a, b float64) float64 { return min(a, b) })
}

func extreme(window []reading, of func(a, b float64) float64) float64 {
	found := window[1].value
	for _, r := range window[2:] {
		found = of(found, r.value)
	}
	return found
}

// perSecond is what came in the window, by the time in which it did.
func perSecond(kind SignalKind) func(window []reading) float64 {
	return func(window []reading) float64 {
		sum := 0.0
		for i, r := range window[1:] {
			came := r.value
			if before := window[i].value; kind == Counter && came >= before {
				came -= before
			}
			sum += came
		}
		return sum / (window[len(window)-1].at - window[0].at).Seconds()
	}
}

// kind is the signal's, as the watches that publish it say.
func (s *Signals) kind(name string) SignalKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kinds[name]
}

package main

import (
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// tail is a percentile and how long the stretch is that it is of; at is nil where it is not known.
type tail struct {
	at   *time.Duration
	over time.Duration
}

// percentile is the one of a load's answers of as little as tells it. How many there are in a
// stretch is known without merging what is kept of them, which is done once, of the stretch that
// has enough.
func percentile(of *loadgen.Live, q float64, window time.Duration) tail {
	for window < loadgen.QuantileWindowMost && !record.Enough(answers(of, window), q) {
		window = min(2*window, loadgen.QuantileWindowMost)
	}
	at, over, known := of.Tail(q, window)
	if !known {
		return tail{}
	}
	return tail{&at, over}
}

// answers are how many came in the whole seconds of a window.
func answers(of *loadgen.Live, window time.Duration) int64 {
	rates, _ := of.Rates(window)
	return int64(math.Round((rates.Succeeded + rates.Failed) * rates.Over.Seconds()))
}

// tails are a load's percentiles as of a second of the run. What they are of is kept by the second,
// and to merge it is most of what the display costs, so that it is done once in each.
type tails struct {
	second   time.Duration
	p50, p99 tail
}

// tailsOf are those of this second; f.mu is held.
func (f *feed) tailsOf(name string, of *loadgen.Live) tails {
	second := f.clock.Now().Truncate(time.Second)
	if kept, ok := f.tails[name]; ok && kept.second == second {
		return kept
	}
	f.tails[name] = tails{second, percentile(of, 0.5, liveWindow), percentile(of, 0.99, liveWindow)}
	return f.tails[name]
}

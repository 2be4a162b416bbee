package kpi

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// answers are how long the arrivals of a window took: those that succeeded, and those that were
// given up unanswered, at their time-out or since they found no place. The latter have no
// response time, and it would have been as long as they waited at least; without them a cloud
// that stands still would be as fast as its few answers. What failed with an answer, as a 503 in
// a millisecond, is in neither: it would make a cloud look fast that refuses.
type answers struct {
	ok         *histogram
	unanswered *histogram // for how long they were waited for
}

func newAnswers() *answers { return &answers{newHistogram(), newHistogram()} }

// take notes an arrival.
func (w *answers) take(a record.Sample) {
	switch a.Class {
	case record.OK:
		w.ok.add(a.Latency())
	case record.Timeout, record.Dropped:
		w.unanswered.add(a.Latency())
	default: // it failed with an answer, or was cut off
	}
}

// n is how many there are.
func (w *answers) n() int64 { return w.ok.n() + w.unanswered.n() }

// merge adds those of another window; nil has none.
func (w *answers) merge(other *answers) {
	if other != nil {
		w.ok.merge(other.ok)
		w.unanswered.merge(other.unanswered)
	}
}

// quantileOf is a percentile of them.
type quantileOf struct {
	At        time.Duration // where what was unanswered took as long as it was waited for
	Low, High time.Duration // see histogram.around
	Open      bool          // it may be among the unanswered: Low is all that is known of it
}

// quantile is one that the window supports; nil of one that it does not.
func (w *answers) quantile(q float64) *quantileOf {
	if !record.Enough(w.n(), q) {
		return nil
	}
	all := newHistogram()
	all.merge(w.ok)
	all.merge(w.unanswered)
	n, ok := float64(w.n()), float64(w.ok.n())
	k := &quantileOf{At: *all.quantile(q)}
	k.Low, k.High = all.around(q)
	// The unanswered might have taken any time, so that all others may come before them.
	if rank := q*n + chance(n, q) + 1; rank <= ok {
		k.High = max(k.High, w.ok.at(rank/ok))
	} else if w.unanswered.n() > 0 {
		k.Open, k.High = true, max(k.High, all.worst)
	}
	return k
}

// vain says how many of them were given up unanswered.
func (w *answers) vain() string {
	return fmt.Sprintf("%d of %d arrivals were given up unanswered", w.unanswered.n(), w.n())
}

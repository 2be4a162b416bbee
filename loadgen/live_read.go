package loadgen

import (
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"github.com/openstack-eris/eris/collectors/record"
)

// Totals are the counts since the load's start.
func (l *Live) Totals() Totals {
	l.look()
	defer l.mu.Unlock()
	l.planned(l.clock.Now())
	t := l.totals
	t.Started += l.flying
	if l.closed {
		t.Planned += l.flying
	}
	return t
}

// Rates are counts a second over a stretch.
type Rates struct {
	Offered, Started, Succeeded, Failed, Dropped float64

	Over time.Duration // how long the stretch is
}

// Rates are the present rates: over the whole seconds of the window that have
// passed, at most WindowMost, and not from before the load began; false before the load's first arrival.
func (l *Live) Rates(window time.Duration) (Rates, bool) {
	l.look()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.planned(now)
	// The present second has only begun; with it a rate would dip each second.
	first := max(secondOf(now)-max(whole(window, WindowMost), 1), secondOf(l.begun))
	sum := l.sum(first, secondOf(now)-1)
	from := max(time.Duration(first-1)*time.Second, l.begun)
	over := max(time.Duration(secondOf(now)-1)*time.Second-from, time.Second)
	rate := func(n int64) float64 { return float64(n) / over.Seconds() }
	return Rates{
		Offered: rate(sum.planned), Started: rate(sum.started), Succeeded: rate(sum.ok),
		Failed: rate(sum.failed), Dropped: rate(sum.drops),
		Over: over,
	}, l.totals.Planned > 0
}

// ErrorRatio is the share of what failed or was dropped in all that ended
// within the window (at most WindowMost), from 0 to 1. It is false when
// nothing ended: then it is not known.
func (l *Live) ErrorRatio(window time.Duration) (float64, bool) {
	l.look()
	defer l.mu.Unlock()
	now := secondOf(l.clock.Now())
	sum := l.sum(now-whole(window, WindowMost), now)
	bad := sum.failed + sum.drops
	if bad+sum.ok == 0 {
		return 0, false
	}
	return float64(bad) / float64(bad+sum.ok), true
}

// RareRates are those of the shortest stretch from a second on, doubled up to a minute, in which
// ten arrivals were due: of a second alone a load of less than that would be told at random. Of
// one in which still less was due they are those of the minute, or of all its time where that is
// less. False before the first arrival.
func (l *Live) RareRates() (Rates, bool) {
	for window := time.Second; ; window = min(2*window, time.Minute) {
		if rates, ok := l.Rates(window); !ok || rates.Offered*rates.Over.Seconds() >= 10 || window >= time.Minute {
			return rates, ok
		}
	}
}

// Quantile is the latency, from the intended start, below or at which the
// share q (0 to 1) of what succeeded within the window (at most
// QuantileWindowMost) or was given up unanswered lies, within 1 %: the latter
// took as long as they were waited for at least. It is false when fewer ended than [record.Enough] wants.
func (l *Live) Quantile(q float64, window time.Duration) (time.Duration, bool) {
	l.look()
	defer l.mu.Unlock()
	all := l.answers(window)
	if !record.Enough(all.TotalCount(), q) {
		return 0, false
	}
	return time.Duration(all.ValueAtPercentile(q*100)) * time.Microsecond, true
}

// Answers is how many of these ended within the window, at most QuantileWindowMost.
func (l *Live) Answers(window time.Duration) int64 {
	l.look()
	defer l.mu.Unlock()
	return l.answers(window).TotalCount()
}

// Tail is the quantile q of the shortest stretch from window on, doubled up to
// QuantileWindowMost, that has enough, and how long that is; false where none has.
func (l *Live) Tail(q float64, window time.Duration) (at, over time.Duration, ok bool) {
	for window = max(window, time.Second); ; {
		if at, ok := l.Quantile(q, window); ok || window >= QuantileWindowMost {
			return at, window, ok
		}
		window = min(2*window, QuantileWindowMost)
	}
}

// Within tells whether in the whole seconds between two moments of the run no more than a share
// of what ended went wrong or was dropped, and the quantile q was at most a latency; with fewer
// than ten samples beyond it the median. It is not known where nothing ended, or where that
// is longer ago than QuantileWindowMost.
func (l *Live) Within(from, to time.Duration, wrong, q float64, latency time.Duration) (well, known bool) {
	l.look()
	defer l.mu.Unlock()
	first, last := secondOf(from+time.Second-1), secondOf(to)-1
	if secondOf(l.clock.Now())-first >= int64(len(l.latency)) {
		return false, false
	}
	all := liveHistogram()
	for _, s := range l.latency {
		if s != nil && s.at >= first && s.at <= last {
			all.Merge(s.h)
		}
	}
	sum := l.sum(first, last)
	bad := sum.failed + sum.drops
	if bad+sum.ok == 0 {
		return false, false
	}
	if !record.Enough(all.TotalCount(), q) {
		q = 0.5
	}
	slow := all.TotalCount() > 0 && time.Duration(all.ValueAtPercentile(q*100))*time.Microsecond > latency
	return float64(bad) <= wrong*float64(bad+sum.ok) && !slow, true
}

// answers are the latencies of what ended within a window; l.mu is held.
func (l *Live) answers(window time.Duration) *hdr.Histogram {
	now := secondOf(l.clock.Now())
	oldest := now - whole(window, QuantileWindowMost)
	all := liveHistogram()
	for _, s := range l.latency {
		if s != nil && s.at >= oldest && s.at <= now {
			all.Merge(s.h)
		}
	}
	return all
}

// Lateness is the quantile q of how late the load generator itself was, over
// all arrivals so far; false before the first.
func (l *Live) Lateness(q float64) (time.Duration, bool) {
	l.look()
	defer l.mu.Unlock()
	if l.late.TotalCount() == 0 {
		return 0, false
	}
	return time.Duration(l.late.ValueAtPercentile(q*100)) * time.Microsecond, true
}

// InFlight is how many iterations are running; false before the first arrival.
func (l *Live) InFlight() (int64, bool) {
	t := l.Totals()
	return t.InFlight(), t.Planned > 0
}

// whole is a window in seconds beside the present one.
func whole(window, most time.Duration) int64 {
	return int64(min(window, most-time.Second) / time.Second)
}

// sum adds up the seconds from first to last; l.mu is held.
func (l *Live) sum(first, last int64) second {
	var sum second
	for n := max(first, 1); n <= last; n++ {
		s := l.seconds[n%int64(len(l.seconds))]
		if s.at != n {
			continue
		}
		sum.planned += s.planned
		sum.started += s.started
		sum.ok += s.ok
		sum.failed += s.failed
		sum.drops += s.drops
	}
	return sum
}

// Failures is how many of each class have failed so far; those of none are left out.
func (l *Live) Failures() map[record.Class]int64 {
	l.look()
	defer l.mu.Unlock()
	found := map[record.Class]int64{}
	for class, n := range l.classes {
		if c := record.Class(class); n > 0 && c != record.OK && c != record.Aborted && c != record.Dropped {
			found[c] = n
		}
	}
	return found
}

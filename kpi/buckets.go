package kpi

import (
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Bucket is what a load did in a stretch of the run, for charts.
type Bucket struct {
	From    time.Duration
	Due     int64 // arrivals planned
	Started int64
	Queued  int64         // of those started: they had waited for a free worker
	Late    time.Duration // longest lateness of the load generator
	OK      int64         // ended well
	Errors  [record.Classes]int64
	Served  int64          // of those that were due here, how many ended well: whose times these are
	P50     *time.Duration // nil: nothing that was due here succeeded
	High    *time.Duration // the percentile of Buckets over its window
	Worst   *time.Duration
}

// Buckets is a load's life cut into at most most stretches of equal length.
type Buckets struct {
	Step time.Duration
	// Quantile is the highest percentile that a window of highWindowMost supports at the load's mean rate; 0 when none is. Each point is drawn over
	// the shortest window before it that supports it, Window or longer.
	Quantile float64
	Window   time.Duration
	List     []Bucket
}

// highWindowMost is the longest window that a percentile is drawn over: a 16th
// of the picture, from 3 s to 30 s. In a longer one a fault would be smeared
// beyond recognition.
func highWindowMost(seconds int) time.Duration {
	return time.Duration(min(max(seconds/16, 3), 30)) * time.Second
}

// Buckets merges the load's seconds, never dropping a maximum.
func (s *Series) Buckets(most int, end time.Duration) Buckets {
	n := min(len(s.Seconds), int((end+time.Second-1)/time.Second))
	width := max((n+most-1)/most, 1)
	b := Buckets{Step: time.Duration(width) * time.Second}
	b.Quantile, b.Window = s.highWindow(n, b.Step)
	behind := &trailing{series: s, quantile: b.Quantile, most: max(2*int(highWindowMost(n)/time.Second), width)}
	for i := 0; i < n; i += width {
		end := min(i+width, n)
		k := s.bucket(i, end)
		if high, ok := behind.advance(end); ok && k.P50 != nil {
			k.High = &high
		}
		b.List = append(b.List, k)
	}
	return b
}

// trailing is a window that ends at the present and is as short as supports a
// percentile, but never longer than most seconds.
type trailing struct {
	series   *Series
	quantile float64
	sum      rolling
	from, to int // seconds
	most     int
}

// advance moves the window's end; false when the percentile is not supported.
func (t *trailing) advance(to int) (time.Duration, bool) {
	if t.quantile == 0 {
		return 0, false
	}
	for ; t.to < to; t.to++ {
		t.sum.add(t.series.Seconds[t.to].latency, 1)
	}
	first := max(to-t.most, 0)
	for ; t.from < first; t.from++ {
		t.sum.add(t.series.Seconds[t.from].latency, -1)
	}
	for t.from > first && !record.Enough(t.sum.n, t.quantile) {
		t.from--
		t.sum.add(t.series.Seconds[t.from].latency, 1)
	}
	for t.from < to-1 && record.Enough(t.sum.n-t.series.Seconds[t.from].latency.n(), t.quantile) {
		t.sum.add(t.series.Seconds[t.from].latency, -1)
		t.from++
	}
	worst := time.Duration(0)
	for i := t.from; i < t.to; i++ {
		worst = max(worst, t.series.Seconds[i].worst)
	}
	return min(t.sum.quantile(t.quantile), worst), record.Enough(t.sum.n, t.quantile)
}

func (s *Series) bucket(from, to int) Bucket {
	k := Bucket{From: time.Duration(from) * time.Second}
	sum, worst := &rolling{}, time.Duration(0)
	for j := from; j < to; j++ {
		sec := &s.Seconds[j]
		k.Due += int64(sec.Due)
		k.Started += int64(sec.Started)
		k.Queued += int64(sec.Queued)
		k.Late = max(k.Late, sec.Late)
		k.OK += int64(sec.OK)
		for class, n := range sec.Errors {
			k.Errors[class] += int64(n)
		}
		sum.add(sec.latency, 1)
		worst = max(worst, sec.worst)
	}
	if k.Served = sum.n; sum.n > 0 {
		median := min(sum.quantile(0.5), worst) // which is exact, and no step's upper end
		k.P50, k.Worst = &median, &worst
	}
	return k
}

// highWindow picks the percentile to draw, and the shortest window of whole
// buckets that supports it at the load's mean rate of answers.
func (s *Series) highWindow(n int, step time.Duration) (float64, time.Duration) {
	var served int64
	for i := range n {
		served += int64(s.Seconds[i].Served)
	}
	if n == 0 || served == 0 {
		return 0, 0
	}
	rate := float64(served) / float64(n)
	for _, q := range []float64{0.99, 0.95, 0.9} {
		window := fromSeconds(11 / (1 - q) / rate)
		window = (window + step - 1) / step * step
		if window <= max(highWindowMost(n), step) {
			return q, window
		}
	}
	return 0, 0
}

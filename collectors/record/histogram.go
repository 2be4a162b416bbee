package record

import (
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// Histogram counts durations with a relative error of at most 0.1 %, from 1 µs
// to one hour; what is shorter or longer is counted as the nearest of these.
// Percentiles of several are taken from their merger, never averaged. It is
// not safe for concurrent use.
type Histogram struct{ h *hdr.Histogram }

const (
	shortest = time.Microsecond
	longest  = time.Hour
)

// NewHistogram returns an empty histogram.
func NewHistogram() *Histogram {
	return &Histogram{hdr.New(1, int64(longest/shortest), 3)}
}

// Record counts one duration.
func (h *Histogram) Record(d time.Duration) {
	// Inside the tracked range RecordValue cannot fail.
	_ = h.h.RecordValue(int64(min(max(d, shortest), longest) / shortest))
}

// Count is how many durations were recorded.
func (h *Histogram) Count() int64 { return h.h.TotalCount() }

// Quantile is the duration below or at which the share q (0 to 1) of all
// recorded ones lie; false when nothing was recorded.
func (h *Histogram) Quantile(q float64) (time.Duration, bool) {
	if h.Count() == 0 {
		return 0, false
	}
	return time.Duration(h.h.ValueAtPercentile(q*100)) * shortest, true
}

// Max is the longest recorded duration; false when nothing was recorded.
func (h *Histogram) Max() (time.Duration, bool) {
	if h.Count() == 0 {
		return 0, false
	}
	return time.Duration(h.h.Max()) * shortest, true
}

// Merge adds all of other's counts.
func (h *Histogram) Merge(other *Histogram) { h.h.Merge(other.h) }

// Reset forgets everything.
func (h *Histogram) Reset() { h.h.Reset() }

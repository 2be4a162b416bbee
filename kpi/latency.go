package kpi

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/openstack-eris/eris/collectors/record"
)

// Latencies are kept in the form of an HDR histogram: exact below 256 µs, and
// above in steps of less than 0.8 %. A second of a load holds the few steps
// that occurred in it, not the whole range, so that hours fit in memory.

// subBits is the number of bits of a latency that are kept.
const subBits = 8

// cell is one step of a sparse histogram and how often it occurred.
type cell struct {
	step  uint16
	count uint32
}

// sparse is a histogram of few values, sorted by step.
type sparse []cell

// stepOf is the number of the step that a latency falls in.
func stepOf(d time.Duration) uint16 {
	v := uint64(max(d.Microseconds(), 0))
	shift := max(bits.Len64(v)-subBits, 0)
	return uint16(shift<<subBits | int(v>>shift))
}

// latencyOf is the largest latency of a step.
func latencyOf(step uint16) time.Duration {
	shift := step >> subBits
	return time.Duration((uint64(step&(1<<subBits-1))+1)<<shift-1) * time.Microsecond
}

func (s *sparse) add(d time.Duration) {
	step := stepOf(d)
	i, found := slices.BinarySearchFunc(*s, step, func(c cell, step uint16) int { return int(c.step) - int(step) })
	if found {
		(*s)[i].count++
		return
	}
	*s = slices.Insert(*s, i, cell{step, 1})
}

// over counts the latencies longer than a limit, to the width of a step.
func (s sparse) over(limit time.Duration) int64 {
	var n int64
	for _, c := range s {
		if latencyOf(c.step) > limit {
			n += int64(c.count)
		}
	}
	return n
}

// n counts the latencies.
func (s sparse) n() int64 {
	var n int64
	for _, c := range s {
		n += int64(c.count)
	}
	return n
}

// rolling is the sum of the histograms of a window that moves.
type rolling struct {
	counts [(64 - subBits + 1) << subBits]int64
	n      int64
}

func (r *rolling) add(s sparse, sign int64) {
	for _, c := range s {
		r.counts[c.step] += sign * int64(c.count)
		r.n += sign * int64(c.count)
	}
}

// quantile is the latency that a share q of the answers did not exceed, whether
// it is supported or not; 0 for an empty window.
func (r *rolling) quantile(q float64) time.Duration {
	rank := int64(q*float64(r.n)+0.5) - 1
	rank = min(max(rank, 0), r.n-1)
	for step, count := range r.counts {
		if rank < count {
			return latencyOf(uint16(step))
		}
		rank -= count
	}
	return 0
}

// histogram is that of a whole window: an HDR histogram in µs, up to 10 h,
// three digits.
type histogram struct {
	hdr   *hdrhistogram.Histogram
	worst time.Duration
}

func newHistogram() *histogram {
	return &histogram{hdr: hdrhistogram.New(1, (10 * time.Hour).Microseconds(), 3)}
}

func (h *histogram) add(d time.Duration) {
	us := min(max(d.Microseconds(), 1), h.hdr.HighestTrackableValue())
	if err := h.hdr.RecordValue(us); err != nil {
		panic("kpi: a clamped latency is out of range: " + err.Error())
	}
	h.worst = max(h.worst, d)
}

func (h *histogram) merge(other *histogram) {
	h.hdr.Merge(other.hdr)
	h.worst = max(h.worst, other.worst)
}

func (h *histogram) n() int64 { return h.hdr.TotalCount() }

// quantile is nil when the window does not support it.
func (h *histogram) quantile(q float64) *time.Duration {
	if !record.Enough(h.n(), q) {
		return nil
	}
	d := time.Duration(h.hdr.ValueAtQuantile(100*q)) * time.Microsecond
	return &d
}

// around is where a percentile of what the answers were drawn from lies: between the
// two of them whose ranks are as far from its own as chance takes it, once in forty
// times. Nothing is assumed of how they are spread.
func (h *histogram) around(q float64) (low, high time.Duration) {
	n := float64(h.n())
	off := chance(n, q)
	return h.at((q*n - off) / n), h.at((q*n + off + 1) / n)
}

// chance is how far from its rank of n a percentile may be, but for once in forty times at
// either side.
func chance(n, q float64) float64 {
	const z = 2.24
	return z * math.Sqrt(n*q*(1-q))
}

// at is the latency at a share of the ranks.
func (h *histogram) at(share float64) time.Duration {
	return time.Duration(h.hdr.ValueAtQuantile(100*min(max(share, 0), 1))) * time.Microsecond
}

// highest is the highest of the percentiles 99, 95, 90 and 50 that n samples
// support; 0 when none is.
func highest(n int64) float64 {
	for _, q := range []float64{0.99, 0.95, 0.9, 0.5} {
		if record.Enough(n, q) {
			return q
		}
	}
	return 0
}

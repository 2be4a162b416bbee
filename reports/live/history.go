package live

import (
	"math"
	"strings"
	"time"
)

// sparkWidth is the length of a sparkline in columns; it spans the run so far.
const sparkWidth = 14

// histories keeps what sparklines show: one value a second and load.
type histories struct {
	last  time.Duration
	loads map[string]*past
}

// past is one load's values; NaN where nothing was known.
type past struct{ p50, p99, errors []float64 }

func newHistories() *histories { return &histories{last: -1, loads: map[string]*past{}} }

func (h *histories) of(load string) *past {
	p := h.loads[load]
	if p == nil {
		p = &past{}
		h.loads[load] = p
	}
	return p
}

// note keeps a snapshot's figures, at most once a second.
func (h *histories) note(s Snapshot) {
	if h.last >= 0 && s.Elapsed-h.last < time.Second {
		return
	}
	h.last = s.Elapsed
	for _, l := range s.Loads {
		p := h.of(l.Name)
		p.p50 = append(p.p50, orNaN(l.P50))
		p.p99 = append(p.p99, orNaN(l.P99))
		p.errors = append(p.errors, math.NaN())
		if l.ErrorRatio != nil {
			p.errors[len(p.errors)-1] = *l.ErrorRatio
		}
	}
}

func orNaN(d *time.Duration) float64 {
	if d == nil {
		return math.NaN()
	}
	return d.Seconds()
}

// sparkline draws values into n columns, the largest of each column, between
// zero and the largest of all. A column without a value is a space.
func sparkline(values []float64, n int) string {
	most := 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			most = max(most, v)
		}
	}
	var b strings.Builder
	blocks := []rune("▁▂▃▄▅▆▇█")
	columns := min(n, len(values))
	for i := range columns {
		top := math.NaN()
		for _, v := range values[i*len(values)/columns : (i+1)*len(values)/columns] {
			if math.IsNaN(top) || v > top {
				top = v
			}
		}
		switch {
		case math.IsNaN(top):
			b.WriteRune(' ')
		case most == 0:
			b.WriteRune(blocks[0])
		default:
			b.WriteRune(blocks[int(top/most*float64(len(blocks)-1)+0.5)])
		}
	}
	return b.String() + strings.Repeat(" ", n-columns)
}

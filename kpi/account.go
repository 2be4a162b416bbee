package kpi

import (
	"cmp"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Account closes the books of a load: what was planned and what became of it,
// over the whole run with its warm-up, and the latencies of each phase. An
// arrival that the run's own end cut off is neither a success nor a failure.
func (s *Series) Account() Load {
	a := s.account
	a.Started = a.Planned - a.Dropped
	a.Windows = map[string]Window{}
	for name, h := range s.Windows {
		a.Windows[name] = windowOf(h)
	}
	a.Errors = []ErrorCount{}
	for _, e := range s.errors {
		a.Errors = append(a.Errors, *e)
	}
	slices.SortFunc(a.Errors, func(x, y ErrorCount) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Class, y.Class))
	})
	if h := s.lateness[record.Baseline]; h != nil {
		a.LatenessP99MS = inMilliseconds(h.quantile(0.99))
	}
	return a
}

func windowOf(h *histogram) Window {
	w := Window{
		Count: h.n(), P50MS: inMilliseconds(h.quantile(0.5)), P90MS: inMilliseconds(h.quantile(0.9)),
		P95MS: inMilliseconds(h.quantile(0.95)), P99MS: inMilliseconds(h.quantile(0.99)),
		P999MS: inMilliseconds(h.quantile(0.999)),
	}
	if h.n() == 0 {
		return w
	}
	w.MaxMS = inMilliseconds(&h.worst)
	for _, p := range percentiles() {
		if h.quantile(p.quantile) == nil {
			continue
		}
		if w.Within == nil {
			w.Within = map[string]Within{}
		}
		low, high := h.around(p.quantile)
		w.Within[p.name] = Within{milliseconds(low), milliseconds(high)}
	}
	return w
}

func inMilliseconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	ms := milliseconds(*d)
	return &ms
}

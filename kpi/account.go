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

func windowOf(took *answers) Window {
	w := Window{Count: took.ok.n(), Unanswered: took.unanswered.n()}
	if took.ok.n() > 0 {
		w.MaxMS = inMilliseconds(&took.ok.worst)
	}
	into := map[string]**float64{"p50": &w.P50MS, "p90": &w.P90MS, "p95": &w.P95MS, "p99": &w.P99MS, "p999": &w.P999MS}
	for _, p := range percentiles() {
		k := took.quantile(p.quantile)
		if k == nil {
			continue
		}
		at := k.At
		if k.Open {
			at = k.Low
		}
		if *into[p.name] = inMilliseconds(&at); w.Within == nil {
			w.Within = map[string]Within{}
		}
		w.Within[p.name] = Within{milliseconds(k.Low), milliseconds(k.High)}
		if k.Open {
			w.Open = append(w.Open, p.name)
		}
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

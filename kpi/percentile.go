package kpi

import (
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// percentiles are the KPIs p50 to p999. They are no figures of every load in
// the result, which has them by window.
func percentiles() []function {
	var list []function
	for _, p := range []struct {
		name, help string
		q          float64
	}{
		{"p50", "Median response time from the intended start.", 0.5},
		{"p90", "90th percentile of the response time.", 0.9},
		{"p95", "95th percentile of the response time.", 0.95},
		{"p99", "99th percentile of the response time.", 0.99},
		{"p999", "99.9th percentile of the response time.", 0.999},
	} {
		list = append(list, function{
			name: p.name, help: p.help, unit: conditions.Seconds, words: p.name + " of", phases: true, sampled: true, quantile: p.q,
			ofLoad: func(_ *Analysis, l LoadFigures, phase string) KPI { return l.percentile(p.name, p.q, phase) },
		})
	}
	return list
}

// percentile is one of them in a phase, or in all but the warm-up. Its interval is where that
// of what the answers were drawn from lies (see around): other arrivals would have met others.
func (l *LoadFigures) percentile(name string, q float64, phase string) KPI {
	h := l.Windows[phase]
	if phase == "" {
		h = newHistogram()
		for _, p := range []string{record.Baseline, record.Chaos, record.Recovery} {
			if w := l.Windows[p]; w != nil {
				h.hdr.Merge(w.hdr)
			}
		}
	}
	k := KPI{Name: name, Scope: l.Plan.Name, Unit: string(conditions.Seconds), State: NotMeasured, Detail: name + " needs ten answers beyond it"}
	if h == nil {
		return k
	}
	k.N = int(h.n())
	d := h.quantile(q)
	if d == nil {
		k.Detail += fmt.Sprintf(", there were %d in all", h.n())
		return k
	}
	k.Detail = ""
	low, high := h.around(q)
	return k.between(seconds(low), seconds(*d), seconds(high))
}

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
		{"p50", "Median response time from the intended start, of the arrivals that succeeded or were given up unanswered, which took as long as they waited at least.", 0.5},
		{"p90", "90th percentile of that response time.", 0.9},
		{"p95", "95th percentile of that response time.", 0.95},
		{"p99", "99th percentile of that response time.", 0.99},
		{"p999", "99.9th percentile of that response time.", 0.999},
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
	took := l.Windows[phase]
	if phase == "" {
		took = newAnswers()
		for _, p := range []string{record.Baseline, record.Chaos, record.Recovery} {
			took.merge(l.Windows[p])
		}
	}
	k := KPI{Name: name, Scope: l.Plan.Name, Unit: string(conditions.Seconds), State: NotMeasured, Detail: name + " needs ten answers beyond it"}
	if took == nil {
		return k
	}
	k.N = int(took.n())
	of := took.quantile(q)
	if of == nil {
		k.Detail += fmt.Sprintf(", there were %d in all", took.n())
		return k
	}
	k.Detail = ""
	if of.Open {
		k.WhyOpen = took.vain()
		return k.atLeast(seconds(of.Low))
	}
	return k.between(seconds(of.Low), seconds(of.At), seconds(of.High))
}

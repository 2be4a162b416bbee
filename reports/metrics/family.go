package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/openstack-eris/eris/collectors/record"
)

// family is a metric with its labels' names.
type family struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func gauge(name, help string, labels ...string) family {
	return family{prometheus.NewDesc("eris_"+name, help, labels, nil), prometheus.GaugeValue}
}

func counter(name, help string, labels ...string) family {
	return family{prometheus.NewDesc("eris_"+name, help, labels, nil), prometheus.CounterValue}
}

// samples are given to who asks, one after the other.
type samples chan<- prometheus.Metric

// add gives one; labels are in the order of the family's names, and without what turns the
// direction of writing.
func (s samples) add(f family, value float64, labels ...string) {
	for i := range labels {
		labels[i] = record.Straight(labels[i])
	}
	s <- prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...)
}

// state gives one of each that there is, which is 1 for the one that it is in, and 0 for
// the others; the state is the last label.
func (s samples) state(f family, all []string, is string, labels ...string) {
	for _, one := range all {
		value := 0.0
		if one == is {
			value = 1
		}
		s.add(f, value, append(append([]string(nil), labels...), one)...)
	}
}

// moment gives a time of the run, unless it has not come.
func (s samples) moment(f family, began time.Time, at *time.Duration, labels ...string) {
	if at != nil {
		s.add(f, float64(began.Add(*at).UnixMilli())/1000, labels...)
	}
}

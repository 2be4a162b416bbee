package collectors

import (
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
)

// Answer answers the functions of conditions that ask for signals: signal,
// count_where, sum_where, max_where and min_where, and over a window that was to be
// remembered avg_over, max_over, min_over and rate; false is for another one. A
// silent series is missing, never its last value.
func (s *Signals) Answer(call conditions.Call) (conditions.Value, bool) {
	labels, _ := call.Arg("labels")
	if where, ok := call.Arg("where"); ok {
		labels = where
		if where.Kind == conditions.NodeName {
			labels.Labels = map[string]string{"node": where.Text}
		}
	}
	switch call.Function {
	case "avg_over":
		return s.over(call, labels.Labels, average), true
	case "max_over":
		return s.over(call, labels.Labels, greatest), true
	case "min_over":
		return s.over(call, labels.Labels, least), true
	case "rate":
		return s.over(call, labels.Labels, perSecond(s.kind(call.Text("name")))), true
	}
	found := s.Latest(call.Text("name"), labels.Labels)
	silent := s.Silent(call.Text("name"), labels.Labels)
	switch call.Function {
	case "signal":
		return one(call, found, silent), true
	case "count_where":
		return countWhere(call, found, silent), true
	case "sum_where":
		return reduce(call, found, silent, func(a, b float64) float64 { return a + b }), true
	case "max_where":
		return reduce(call, found, silent, func(a, b float64) float64 { return max(a, b) }), true
	case "min_where":
		return reduce(call, found, silent, func(a, b float64) float64 { return min(a, b) }), true
	}
	return conditions.Value{}, false
}

// one is the newest value of the one series that fits. Of several it is
// missing, also while all but one of them are silent.
func one(call conditions.Call, found []record.Reading, silent int) conditions.Value {
	switch {
	case len(found)+silent > 1:
		return conditions.Missing(fmt.Sprintf("%s fits %d series; name one by its labels", call, len(found)+silent))
	case len(found) == 0:
		return conditions.Missing(fmt.Sprintf("%s has no reading", call))
	}
	return conditions.Exact(found[0].Value)
}

// countWhere is how many of the series that fit are above zero; a range, while
// some of them are silent.
func countWhere(call conditions.Call, found []record.Reading, silent int) conditions.Value {
	if len(found)+silent == 0 {
		return conditions.Missing(fmt.Sprintf("%s has no reading", call))
	}
	n := 0
	for _, reading := range found {
		if reading.Value > 0 {
			n++
		}
	}
	if silent == 0 {
		return conditions.Exact(float64(n))
	}
	v := conditions.Between(float64(n), float64(n+silent))
	v.Reason = fmt.Sprintf("%s: %d of its series are silent", call, silent)
	return v
}

// reduce makes one value of all series that fit. It is missing while one of
// them is silent.
func reduce(call conditions.Call, found []record.Reading, silent int, with func(a, b float64) float64) conditions.Value {
	if silent > 0 || len(found) == 0 {
		return conditions.Missing(fmt.Sprintf("%s: %d of its series are silent, %d are not", call, silent, len(found)))
	}
	value := found[0].Value
	for _, reading := range found[1:] {
		value = with(value, reading.Value)
	}
	return conditions.Exact(value)
}

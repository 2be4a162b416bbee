package engine

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
)

// resolve answers what triggers, stop conditions and steady-state checks ask
// while the run goes on. A silent source is missing, never its last value.
func (r *Run) resolve(call conditions.Call) conditions.Value {
	switch call.Function {
	case "signal":
		return r.oneSignal(call)
	case "count_where", "sum_where", "max_where", "min_where":
		return r.manySignals(call)
	}
	return r.loadFigure(call)
}

// oneSignal is the newest value of the one series that fits.
func (r *Run) oneSignal(call conditions.Call) conditions.Value {
	labels := map[string]string{}
	if where, ok := call.Arg("where"); ok {
		if where.Kind == conditions.NodeName {
			labels["node"] = where.Text
		} else {
			labels = where.Labels
		}
	}
	found := r.signals.Latest(call.Text("name"), labels)
	switch len(found) {
	case 0:
		return conditions.Missing(fmt.Sprintf("%s has no reading", call))
	case 1:
		return conditions.Exact(found[0].Value)
	}
	return conditions.Missing(fmt.Sprintf("%s fits %d series; name one by its labels", call, len(found)))
}

// manySignals counts or reduces every series that fits. One silent series
// makes a count a range, and everything else missing.
func (r *Run) manySignals(call conditions.Call) conditions.Value {
	name := call.Text("name")
	labels, _ := call.Arg("labels")
	found := r.signals.Latest(name, labels.Labels)
	silent := r.signals.Silent(name, labels.Labels)
	if call.Function == "count_where" {
		return countWhere(call, found, silent)
	}
	if silent > 0 || len(found) == 0 {
		return conditions.Missing(fmt.Sprintf("%s: %d of its series are silent, %d are not", call, silent, len(found)))
	}
	value := found[0].Value
	for _, reading := range found[1:] {
		switch call.Function {
		case "sum_where":
			value += reading.Value
		case "max_where":
			value = max(value, reading.Value)
		case "min_where":
			value = min(value, reading.Value)
		}
	}
	return conditions.Exact(value)
}

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

// loadFigure is a live figure of a load.
func (r *Run) loadFigure(call conditions.Call) conditions.Value {
	missing := conditions.Missing(fmt.Sprintf("%s has no figure yet", call))
	live, ok := r.loads.Live(call.Text("load"))
	if !ok {
		return missing
	}
	window, _ := call.Arg("window")
	value, ok := figure(live, call.Function, window.Duration)
	if !ok {
		return missing
	}
	return conditions.Exact(value)
}

func figure(live *loadgen.Live, name string, window time.Duration) (float64, bool) {
	switch name {
	case "error_ratio":
		return live.ErrorRatio(window)
	case "success_rate":
		rates, ok := live.Rates(window)
		return rates.Succeeded, ok
	case "in_flight":
		n, ok := live.InFlight()
		return float64(n), ok
	case "p50", "p90", "p99":
		q := map[string]float64{"p50": 0.5, "p90": 0.9, "p99": 0.99}[name]
		latency, ok := live.Quantile(q, window)
		return latency.Seconds(), ok
	}
	return 0, false
}

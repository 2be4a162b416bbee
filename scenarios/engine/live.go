package engine

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// resolve answers what triggers, stop conditions and steady-state checks ask
// while the run goes on. A silent source is missing, never its last value.
func (r *Run) resolve(call conditions.Call) conditions.Value {
	if value, ok := r.signals.Answer(call); ok {
		return value
	}
	return r.loadFigure(call)
}

// loadFigure is a live figure of a load.
func (r *Run) loadFigure(call conditions.Call) conditions.Value {
	missing := conditions.Missing(fmt.Sprintf("%s has no figure yet", call))
	live, ok := r.Live(call.Text("load"))
	if !ok {
		return missing
	}
	window, _ := call.Arg("window")
	value, ok := figure(live, call.Function, window.Duration)
	if _, short := tooFew(live, call); short {
		return conditions.Missing(fmt.Sprintf("%s needs ten answers beyond it, and there were %d in all", call, live.Answers(window.Duration)))
	}
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
	case "arrival_rate":
		rates, ok := live.Rates(window)
		return rates.Offered, ok
	case "waiting":
		totals := live.Totals()
		return float64(totals.Waiting()), totals.Planned > 0
	case "iterations":
		return float64(live.Totals().Started), true
	case "in_flight":
		n, ok := live.InFlight()
		return float64(n), ok
	}
	if q, is := scenarios.LivePercentile(name); is {
		latency, ok := live.Quantile(q, window)
		return latency.Seconds(), ok
	}
	return 0, false
}

// silentShare is the share of the arrivals due in a window of which fewer have been answered
// where a load is silent for a percentile that these would have been enough for.
const silentShare = 0.5

// few tells whether a call asks for a percentile that is not known and that is no silence of
// its load: of more answers than there were in its window, and there were some. Where so many were
// due and less than half of them were answered it is one.
func few(live *loadgen.Live, call conditions.Call) bool {
	n, short := tooFew(live, call)
	if !short {
		return false
	}
	q, _ := scenarios.LivePercentile(call.Function)
	window, _ := call.Arg("window")
	rates, _ := live.Rates(window.Duration)
	due := rates.Offered * rates.Over.Seconds()
	return !record.Enough(int64(due), q) || float64(n) >= silentShare*due
}

// tooFew is how many answers there were in the window of a percentile that a call asks for,
// and tells whether they are some, and too few for it.
func tooFew(live *loadgen.Live, call conditions.Call) (n int64, short bool) {
	q, is := scenarios.LivePercentile(call.Function)
	if !is { // and nothing is counted, which holds up the load
		return 0, false
	}
	window, _ := call.Arg("window")
	n = live.Answers(window.Duration)
	return n, n > 0 && !record.Enough(n, q)
}

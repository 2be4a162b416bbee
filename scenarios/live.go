package scenarios

import (
	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/conditions"
)

// LiveFunctions are what triggers, stop conditions and steady-state checks may
// call while a run goes on; the engine answers them. A signal has the unit
// that its collector declares.
//
// A reading older than three intervals of its collector, and what its slowest probe
// may take, is missing, and so is an error ratio or a percentile of a load of which
// nothing ended in the window.
func LiveFunctions(signals []collectors.SignalInfo) []conditions.Function {
	unitOf := func(call conditions.Call) conditions.Unit {
		for _, s := range signals {
			if s.Name == call.Text("name") {
				return conditions.Unit(s.Unit)
			}
		}
		return conditions.AnyUnit
	}
	signalName := conditions.Param{Name: "name", Kind: conditions.SignalName}
	labels := conditions.Param{Name: "labels", Kind: conditions.Labels}
	load := conditions.Param{Name: "load", Kind: conditions.LoadName}
	window := conditions.Param{Name: "window", Kind: conditions.Duration}
	over := func(name, help string) conditions.Function {
		return conditions.Function{Name: name, Help: help, Params: []conditions.Param{signalName, labels}, UnitOf: unitOf}
	}
	perSecond := func(call conditions.Call) conditions.Unit {
		if unit := unitOf(call); unit != conditions.AnyUnit {
			return unit + "/s"
		}
		return conditions.AnyUnit
	}
	inWindow := func(name, help string, unit func(conditions.Call) conditions.Unit) conditions.Function {
		where := conditions.Param{Name: "where", Kind: conditions.Where, Optional: true}
		return conditions.Function{Name: name, Help: help, Params: []conditions.Param{signalName, window, where}, UnitOf: unit}
	}
	percentile := func(name, help string) conditions.Function {
		return conditions.Function{Name: name, Help: help, Params: []conditions.Param{load, window}, Unit: conditions.Seconds}
	}
	return []conditions.Function{
		{
			Name: "signal", Help: "the newest value of the one series that fits; of several it is missing", UnitOf: unitOf,
			Params: []conditions.Param{signalName, {Name: "where", Kind: conditions.Where, Optional: true}},
		},
		{
			Name: "count_where", Help: "how many of the series that fit have a newest value above zero", Unit: conditions.Count,
			Params: []conditions.Param{signalName, labels},
		},
		over("sum_where", "the sum of the newest values of the series that fit"),
		over("max_where", "the greatest newest value of the series that fit"),
		over("min_where", "the least newest value of the series that fit"),
		inWindow("avg_over", "the mean of what was read in the window of the one series that fits; missing where it was not read all the while", unitOf),
		inWindow("max_over", "the greatest of it", unitOf),
		inWindow("min_over", "the least of it", unitOf),
		inWindow("rate", "what came a second in the window, of a signal whose values are what came, since the one before (delta) or in all (counter)", perSecond),
		{
			Name: "error_ratio", Help: "failed and dropped arrivals in all that ended in the window; unknown while nothing ends", Unit: conditions.Ratio,
			Params: []conditions.Param{load, window},
		},
		{
			Name: "success_rate", Help: "successes a second in the window", Unit: "1/s",
			Params: []conditions.Param{load, window},
		},
		{
			Name: "arrival_rate", Help: "arrivals due a second in the window", Unit: "1/s",
			Params: []conditions.Param{load, window},
		},
		{
			Name: "waiting", Help: "arrivals due that have neither begun nor been dropped", Unit: conditions.Count,
			Params: []conditions.Param{load},
		},
		{
			Name: "in_flight", Help: "iterations begun and not ended", Unit: conditions.Count,
			Params: []conditions.Param{load},
		},
		{
			Name: "iterations", Help: "iterations begun so far, those of the warm-up too", Unit: conditions.Count,
			Params: []conditions.Param{load},
		},
		percentile("p50", "median latency of what ended in the window, from the intended start"),
		percentile("p90", "90th percentile of latency of what ended in the window, from the intended start; missing with fewer than 100"),
		percentile("p99", "99th percentile of latency of what ended in the window, from the intended start; missing with fewer than 1000"),
	}
}

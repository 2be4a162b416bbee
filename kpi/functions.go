package kpi

import "github.com/openstack-eris/eris/conditions"

// Functions are what an objective may ask for. The scenario loader checks
// expressions against this table, and Compute answers them from a record, so
// that an objective that loads can be judged. A phase that is left out means
// all of the run but its warm-up.
func Functions() []conditions.Function {
	load := conditions.Param{Name: "load", Kind: conditions.LoadName}
	phase := conditions.Param{Name: "phase", Kind: conditions.PhaseName, Optional: true}
	fault := conditions.Param{Name: "fault", Kind: conditions.FaultName}
	function := func(name, help string, unit conditions.Unit, params ...conditions.Param) conditions.Function {
		return conditions.Function{Name: name, Help: help, Params: params, Returns: conditions.Number, Unit: unit}
	}
	return []conditions.Function{
		function("availability", "Share of the planned arrivals that succeeded.", conditions.Ratio, load, phase),
		function("error_ratio", "Share of the planned arrivals that failed or could not start.", conditions.Ratio, load, phase),
		function("outage", "Longest span without a success while arrivals were due.", conditions.Seconds, load),
		function("downtime", "Seconds in which fewer than half of the arrivals due were answered in time.", conditions.Seconds, load),
		function("p50", "Median response time from the intended start.", conditions.Seconds, load, phase),
		function("p90", "90th percentile of the response time.", conditions.Seconds, load, phase),
		function("p95", "95th percentile of the response time.", conditions.Seconds, load, phase),
		function("p99", "99th percentile of the response time.", conditions.Seconds, load, phase),
		function("p999", "99.9th percentile of the response time.", conditions.Seconds, load, phase),
		function("time_to_detect", "From the fault's effect to the first arrival that failed or was late.", conditions.Seconds, fault),
		function("time_to_recover", "From the fault's effect to the start of the first sustained healthy window.", conditions.Seconds, fault),
		function("time_to_recover_after_undo", "From the end of the undo to the start of the first sustained healthy window.", conditions.Seconds, fault),
	}
}

package faults

// ByAnotherName says of a name that others give to a fault what it is here; empty for
// one that nobody gives.
func ByAnotherName(name string) string {
	return map[string]string{
		"network.jitter":   "network.delay has jitter, as network.delay {jitter: 20ms}",
		"clock.skew":       "clock.step moves a clock; one that runs too fast or too slow is not there",
		"power.on":         "power.off gives power back when it is undone",
		"node.zone_outage": "power.off or node.isolate of all nodes of a zone is one unit of the budget",
		"nova.evacuate":    "nova.force_down is what lets a host be evacuated",
	}[name]
}

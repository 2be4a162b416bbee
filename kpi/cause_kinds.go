package kpi

import "slices"

// What kinds of faults do to those who ask what they strike, as far as a cause is read by it.
// A kind that is in none is read by nothing but what was seen.

// vanishing take away whom they strike, and nobody says so to who waits for an answer.
func vanishing() []string {
	return []string{
		"network.partition", "network.down", "network.switch", "node.isolate", "node.crash", "node.reset", "node.shutdown", "node.reboot",
		"power.off", "power.cycle", "power.reset", "service.unplug", "neutron.ha_interface_down", "neutron.router_namespace",
	}
}

// hanging let what they strike take connections and answer none.
func hanging() []string { return []string{"service.freeze", "service.hang_port"} }

// slowing leave what they strike there, and slow or lossy.
func slowing() []string {
	return []string{
		"network.delay", "network.loss", "network.rate", "network.corrupt", "network.duplicate", "network.reorder", "network.conntrack",
		"network.flood", "link.delay", "link.rate", "cpu.load", "cpu.noisy_neighbour", "cpu.throttle", "memory.load", "io.load", "io.throttle",
		"disk.slow", "process.fork_storm",
	}
}

// removing leave fewer members to answer.
func removing() []string {
	return slices.Concat(vanishing(), hanging(), []string{
		"service.kill", "service.stop", "service.crash_loop", "haproxy.drain", "rabbitmq.stop_app", "galera.non_primary",
	})
}

// does tells whether the fault is of one of these kinds.
func (e *evidence) does(kinds []string) bool {
	return e.fault != nil && slices.Contains(kinds, e.fault.Plan.Fault)
}

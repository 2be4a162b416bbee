package nova

import "github.com/openstack-eris/eris/faults"

// ComputeDisable is nova.compute_disable: the nova-compute of a host is disabled, so
// that the scheduler gives it no new servers. Those that it has go on.
type ComputeDisable struct{}

// Lasting tells that nothing but the undo enables it again.
func (*ComputeDisable) Lasting() bool { return true }

// Role is what the user of clouds.yaml needs, by Nova's default policies.
func (*ComputeDisable) Role() string { return role }

// Scripts returns what is read on the node before and after. The fault itself is
// its keeper's.
func (*ComputeDisable) Scripts(target faults.Target) (faults.Scripts, error) {
	return scripts(target, disable)
}

// SafetyNets of a host of a real cloud: what enables it again runs on this machine.
func (*ComputeDisable) SafetyNets(target faults.Target) []string { return nets(target) }

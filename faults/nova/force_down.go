package nova

import "github.com/openstack-eris/eris/faults"

// ForceDown is nova.force_down: Nova is told that a host is down. It is disabled with
// that, for the mark by which it is known to be Eris' doing.
type ForceDown struct {
	WithServers bool `yaml:"with_servers" help:"strike a host that has servers too, which anybody may evacuate meanwhile though they run (default false)"`
}

// Lasting tells that nothing but the undo lifts it again.
func (*ForceDown) Lasting() bool { return true }

// Role is what the user of clouds.yaml needs, by Nova's default policies.
func (*ForceDown) Role() string { return role }

// Scripts returns what is read on the node before and after. The fault itself is
// its keeper's.
func (f *ForceDown) Scripts(target faults.Target) (faults.Scripts, error) {
	action := forceDown
	if f.WithServers {
		action = forceDownWithServers
	}
	return scripts(target, action)
}

// SafetyNets are those of a real cloud, and of a host with servers.
func (f *ForceDown) SafetyNets(target faults.Target) []string {
	if f.WithServers {
		return append(nets(target), faults.ServersOnHost)
	}
	return nets(target)
}

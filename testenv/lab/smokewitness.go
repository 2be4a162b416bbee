package lab

import "slices"

// smokeJournals is how many witnesses a failed smoke check shows: a compute, and
// what is on each of three controllers in two roles.
const smokeJournals = 7

// witnesses are those who can tell why a smoke check failed, by the first step
// that did: the host that ran the server, and who decides of it or leads to it.
func (s Smoke) witnesses(profile *Profile) []witness {
	i := slices.IndexFunc(s.Steps, func(step SmokeStep) bool { return step.Why != "" })
	if i < 0 {
		return nil
	}
	var hosts, all []witness
	for _, n := range profile.nodesDoing(runsServers) {
		var units []string
		for _, part := range []string{"nova-compute", "neutron-linuxbridge", "guest"} {
			units = append(units, profile.unitsOf(part)...)
		}
		if s.Host == "" || s.Host == n.Name {
			hosts = append(hosts, witness{node: n.Name, units: units})
		}
	}
	roles := func(parts ...string) {
		for _, part := range parts {
			all = append(all, profile.everywhere(part)...)
		}
	}
	switch s.Steps[i].Name {
	case smokeLogIn:
		roles("keystone")
	case smokeFind:
		roles("nova", "glance", "neutron")
	case smokeBoot, smokeActive:
		roles("nova-control")
		all = append(all, hosts...)
	case smokeConsole:
		all = append(all, hosts...)
	case smokeDelete:
		all = append(all, hosts...)
		roles("nova-control", "neutron")
	default: // on the way to the server
		all = append(all, hosts...)
		roles("neutron-network")
	}
	return all
}

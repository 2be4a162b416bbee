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
	var hosts []witness
	for _, n := range profile.nodesDoing(runsServers) {
		var units []string
		for _, part := range profile.doing(hostsServers) {
			units = append(units, profile.unitsOf(part)...)
		}
		if s.Host == "" || s.Host == n.Name {
			hosts = append(hosts, witness{node: n.Name, units: units})
		}
	}
	switch s.Steps[i].Name {
	case smokeLogIn:
		return profile.witnessesOf(issuesTokens)
	case smokeFind:
		return profile.witnessesOf(listsForServers)
	case smokeBoot, smokeActive:
		return append(profile.witnessesOf(schedulesServers), hosts...)
	case smokeConsole:
		return hosts
	case smokeDelete:
		return slices.Concat(hosts, profile.witnessesOf(schedulesServers), profile.witnessesOf(connectsServers))
	default: // on the way to the server
		return append(hosts, profile.witnessesOf(routesServers)...)
	}
}

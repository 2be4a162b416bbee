package lab

import "slices"

// What a role may say that it does for the cloud (`does:`). What the lab itself asks
// of whoever does it is asked of every role that says so, whatever it is called.
const (
	balances       = "balances"        // what roles offer, on the VIP, as haproxy does, and tells of it as that does
	holdsVIP       = "holds_vip"       // on one of its nodes
	issuesTokens   = "issues_tokens"   // as Keystone does
	filtersBridges = "filters_bridges" // packets that cross this machine's bridges, by iptables
	runsServers    = "runs_servers"    // that Nova boots
	givesNetworks  = "gives_networks"  // to servers, and an image, with which the smoke check boots one

	// Those whose journals are shown when the smoke check fails, by what they have
	// to do with a server.
	hostsServers     = "hosts_servers"     // on the compute that runs it
	listsForServers  = "lists_for_servers" // of what it is booted
	schedulesServers = "schedules_servers" // to a compute
	connectsServers  = "connects_servers"  // with a port
	routesServers    = "routes_servers"    // to and from its network
)

func duties() []string {
	return []string{
		balances, holdsVIP, issuesTokens, filtersBridges, runsServers, givesNetworks,
		hostsServers, listsForServers, schedulesServers, connectsServers, routesServers,
	}
}

// checkDuties reports words that nobody knows.
func (r *Role) checkDuties(in *reading) {
	for i, duty := range r.Does {
		if !slices.Contains(duties(), duty) {
			in.at(item("does", i)).Unknown("duty", duty, duties())
		}
	}
}

// doing lists the roles of the profile that do something, in its order.
func (p *Profile) doing(duty string) []string {
	return slices.DeleteFunc(slices.Clone(p.order), func(part string) bool { return !slices.Contains(p.parts[part].Does, duty) })
}

// does tells whether any role does.
func (p *Profile) does(duty string) bool { return len(p.doing(duty)) > 0 }

// nodesDoing lists the nodes of those roles, in the profile's order.
func (p *Profile) nodesDoing(duty string) []NodeSpec {
	var nodes []NodeSpec
	for _, n := range p.Nodes {
		if slices.ContainsFunc(p.doing(duty), func(part string) bool { return slices.Contains(p.Roles[n.Role], part) }) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// witnessesOf are the units of those roles on each of their nodes.
func (p *Profile) witnessesOf(duty string) []witness {
	var all []witness
	for _, part := range p.doing(duty) {
		all = append(all, p.everywhere(part)...)
	}
	return all
}

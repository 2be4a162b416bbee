package rally

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// tenantsMost is how many users a run makes, at most.
const tenantsMost = 1000

// madeTenants is what the tenants of a scenario are called that are made of a task's.
const madeTenants = "rally"

// tenants is the context users, over whom Rally spreads the iterations, with the
// quotas of their projects. It is nil, with a note of why, where what else Rally makes
// in these projects could not be in new ones, and where only an administrator can do
// what the workload does.
func (c *conversion) tenants() pairs {
	users, at := c.context("users")
	quotas, _ := c.context("quotas")
	limits := limits(quotas)
	network, _ := c.context("network")
	if slices.Contains(c.own, "network") || slices.Contains(c.once, "network") {
		network = nil
	}
	flavors, _ := c.context("flavors")
	images, _ := c.context("images")
	wants := network != nil
	roles := c.roles()
	things := flavors != nil || images != nil || len(roles) > 0
	if users == nil && len(limits) == 0 && !wants && !things {
		return nil
	}
	projects, each := c.count(users, "tenants"), c.count(users, "users_per_tenant")
	for _, e := range entriesOf(users) {
		if name := e.Name(); name == "project_domain" || name == "user_domain" {
			c.add(Other, e.Key, at+"."+name, "they are made in the domain of the inventory's user")
		}
	}
	reason := c.alone(projects * each)
	c.why = reason
	switch {
	case reason == "" && (projects*each > 1 || len(limits) > 0 || wants || things):
		made := pairs{{"projects", projects}, {"users", each}}
		if wants {
			made = append(made, pair{"network", c.network(network)})
			c.networked = true
		}
		if len(roles) > 0 {
			made = append(made, pair{"roles", roles})
		}
		if len(limits) > 0 {
			made = append(made, pair{"quotas", limits})
		}
		if all := c.flavors(flavors); len(all) > 0 {
			made = append(made, pair{"flavors", all})
		}
		if all := c.images(images); len(all) > 0 {
			made = append(made, pair{"images", all})
		}
		if projects*each > 1 && text(users.Get("user_choice_method")) != "round_robin" {
			made = append(made, pair{"spread", "random"})
		}
		return made
	case users == nil:
	case strings.HasPrefix(c.kind, "keystone.") && reason == administrator, strings.HasPrefix(c.kind, "quotas."):
		c.add(Other, users.Key, at, "no user is made: Rally, too, has its administrator do all of this")
	case projects*each > 1:
		c.add(Lost, users.Key, at, "iterations are spread over %d projects with %d users each; here all are sent by the inventory's one user: %s", projects, each, reason)
	default:
		c.add(Needed, users.Key, at, "a project and a user: those of the inventory")
	}
	return nil
}

func entriesOf(n *document.Node) []document.Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}

// nameMost is the longest name of a scenario that leaves room for itself in the names
// of a thousand projects, and for a number behind it.
const nameMost = 22

// shorten cuts the scenario's name after a word, where the names of its projects would
// be too long for Keystone.
func (c *conversion) shorten() {
	if len(c.name) <= nameMost {
		return
	}
	short := c.name[:nameMost+1]
	if at := strings.LastIndexByte(short, '-'); at > 0 {
		short = short[:at]
	}
	c.name = c.taken.take(strings.TrimSuffix(short[:min(len(short), nameMost)], "-and"))
}

// administrator is why nobody whom a run makes can do it.
const administrator = "its workload needs an administrator"

// alone says why a load acts as the inventory's own user whatever the task says;
// empty where it need not.
func (c *conversion) alone(accounts int) string {
	if accounts > tenantsMost {
		return "a run makes at most " + strconv.Itoa(tenantsMost)
	}
	kind, known := c.Catalogue.Workloads.Lookup(c.kind)
	if !known {
		return "its workload is not known"
	}
	authorized, is := kind.New().(interface{ Role() string })
	switch {
	case !is:
		return "its workload has no use of anybody's credentials"
	case authorized.Role() == "admin":
		return administrator
	}
	for _, e := range c.contexts.Entries {
		name, _, _ := strings.Cut(e.Name(), "@")
		if name == "network" || name == "roles" && !c.administers() {
			continue // each project is given its own
		}
		if name == "roles" {
			return "no user whom a run makes is an administrator"
		}
		if slices.Contains(inside(), name) && !slices.Contains(c.own, name) && !slices.Contains(c.once, name) {
			return "new projects would not have what " + e.Name() + " wants there"
		}
	}
	return ""
}

// inside are the contexts of things that are in each project, or are what its users
// have.
func inside() []string {
	return []string{"network", "router", "servers", "volumes", "allow_ssh", "keypair", "stacks", "swift_objects", "existing_users", "roles"}
}

// network is what Rally makes of networks in each project, as tenants have it. What of it there is
// nothing for here is noted.
func (c *conversion) network(of *document.Node) pairs {
	made := pairs{{"networks", c.few(of, "networks_per_tenant")}, {"subnets", c.few(of, "subnets_per_network")}}
	router := true
	for _, e := range entriesOf(of) {
		at := "contexts.network." + e.Name()
		switch e.Name() {
		case "networks_per_tenant", "subnets_per_network":
		case "start_cidr":
			c.add(Other, e.Key, at, "the addresses are chosen here, from 10.2.0.0/24 on")
		case "router":
			router = e.Value.Shape == document.Mapping && len(e.Value.Entries) > 0 // Rally makes none of an empty one
			for _, r := range e.Value.Entries {
				if r.Name() != "external" || !strings.EqualFold(text(r.Value), "true") {
					c.add(Lost, r.Key, at+"."+r.Name(), "a router has a gateway to an external network, as that has it by default")
				}
			}
		default:
			if len(e.Value.Entries) > 0 || len(e.Value.Items) > 0 || text(e.Value) != "" && !strings.EqualFold(text(e.Value), "false") {
				c.add(Lost, e.Key, at, "networks and subnets of projects that are made are as Neutron has them by default")
			}
		}
	}
	if !router {
		made = append(made, pair{"router", false})
	}
	return made
}

// few is how many of a thing a project is given: as many as Rally makes, up to what tenants may
// have.
func (c *conversion) few(of *document.Node, key string) int {
	const most = 10
	many := c.count(of, key)
	if many > most {
		c.add(Other, of.Get(key), "contexts.network."+key, "%d of them, which is as many as a project may be given, and not %d", most, many)
	}
	return min(many, most)
}

// context is one of the task's by its name, with or without a platform behind it, and
// where it is; nil where it is not.
func (c *conversion) context(name string) (v *document.Node, at string) {
	if c.contexts == nil {
		return nil, ""
	}
	for _, e := range c.contexts.Entries {
		if bare, _, _ := strings.Cut(e.Name(), "@"); bare == name {
			return e.Value, "contexts." + e.Name()
		}
	}
	return nil, ""
}

// services are what Rally calls those whose quotas a run sets, and what they are
// called here.
func services() map[string]string {
	return map[string]string{"nova": "compute", "cinder": "volume", "neutron": "network"}
}

// limits are those of the quotas that a run sets in projects that it makes, by
// service and resource; empty where there are none, or are no quotas.
func limits(quotas *document.Node) pairs {
	if quotas == nil {
		return nil
	}
	var all pairs
	for _, service := range quotas.Entries {
		var of pairs
		for _, limit := range service.Value.Entries {
			if many, ok := limitOf(service, limit); ok {
				of = append(of, pair{limit.Name(), many})
			}
		}
		if len(of) > 0 {
			all = append(all, pair{services()[service.Name()], of})
		}
	}
	return all
}

// limitOf is a quota that a run can set.
func limitOf(service, limit document.Entry) (int, bool) {
	many, err := strconv.Atoi(text(limit.Value))
	_, known := services()[service.Name()]
	return many, known && err == nil && many >= -1
}

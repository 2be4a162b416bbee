package rally

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// preparation says what Rally makes before the load and removes after it: what has
// to be there already, since Eris makes none of it.
func (c *conversion) preparation() {
	c.spread()
	if c.contexts == nil || c.contexts.Shape == document.Null {
		return
	}
	if c.contexts.Shape != document.Mapping {
		c.report.At(c.contexts).Errorf("contexts: wants a mapping, not %s", c.contexts.Shape)
		return
	}
	for _, e := range c.contexts.Entries {
		name, _, _ := strings.Cut(e.Name(), "@")
		at := "contexts." + e.Name()
		words, known := needs()[name]
		switch {
		case name == "users":
		case slices.Contains(c.own, name):
			c.add(Other, e.Key, at, "none is made before: each iteration makes and deletes its own")
		case name == "quotas":
			c.quotas(at, e.Value)
		case name == "flavors" || name == "images" || name == "roles":
			c.things(at, name, e.Key, e.Value)
		case known:
			c.add(Needed, e.Key, at, "%s", words)
		default:
			c.add(Lost, e.Key, at, "%s", unknown(name))
		}
	}
}

// needs are the contexts of things that can as well be there before.
func needs() map[string]string {
	return map[string]string{
		"network":        "a network that is not external, with a subnet, in the project",
		"router":         "a router in the project",
		"servers":        "so many servers in the project",
		"volumes":        "so many volumes in the project",
		"volume_types":   "the volume types",
		"allow_ssh":      "a security group that admits SSH",
		"keypair":        "a key pair",
		"stacks":         "the stacks in the project",
		"swift_objects":  "the containers and objects in the project",
		"existing_users": "the users",
	}
}

func unknown(name string) string {
	switch name {
	case "api_versions":
		return "a workload takes the version of the API that it was written for"
	case "networking_agents", "existing_network":
		return "it gives the scenario of Rally something to know, which no workload here asks for"
	}
	return "nothing here is like it"
}

// spread is the context users: as many projects with users, over which Rally
// spreads the iterations. Here all are sent by the one user of the inventory.
func (c *conversion) spread() {
	users := c.contexts.Get("users")
	at := "contexts.users"
	if users == nil {
		users, at = c.contexts.Get("users@openstack"), "contexts.users@openstack"
	}
	if users == nil {
		return
	}
	projects, each := c.count(users, "tenants"), c.count(users, "users_per_tenant")
	if projects*each > 1 {
		c.add(Lost, users.Key, at, "iterations are spread over %d projects with %d users each; here all are sent by the inventory's one user", projects, each)
		return
	}
	c.add(Needed, users.Key, at, "a project and a user: those of the inventory")
}

// count is a whole number in a mapping, 1 where it is not given.
func (c *conversion) count(n *document.Node, key string) int {
	v := n.Get(key)
	if v == nil {
		return 1
	}
	many, err := strconv.Atoi(text(v))
	if err != nil || many < 1 {
		c.report.At(v).Errorf("%s: wants a whole number from 1 on", key)
		return 1
	}
	return many
}

// quotas are those of the project, each with its limit; -1 is none.
func (c *conversion) quotas(at string, v *document.Node) {
	if len(v.Entries) == 0 {
		c.add(Needed, v.Key, at, "the quotas of the project")
	}
	for _, service := range v.Entries {
		for _, limit := range service.Value.Entries {
			c.add(Needed, limit.Key, at+"."+service.Name()+"."+limit.Name(), "the quota of the project has to be %s", text(limit.Value))
		}
	}
}

// things are flavors, images or roles: by what they are called, where that is said.
func (c *conversion) things(at, name string, key, v *document.Node) {
	one := strings.TrimSuffix(name, "s")
	switch {
	case name == "images":
		called := text(v.Get("image_name"))
		if called == "" {
			called = text(v.Get("image_url"))
		}
		c.add(Needed, key, at, "the image %s", called)
	case v.Shape == document.Sequence:
		for _, item := range v.Items {
			called := []string{}
			if item.Shape == document.Scalar {
				called = append(called, item.Text)
			}
			for _, e := range item.Entries {
				called = append(called, e.Name()+" "+text(e.Value))
			}
			c.add(Needed, item, at, "the %s: %s", one, strings.Join(called, ", "))
		}
	default:
		c.add(Needed, key, at, "the %s", name)
	}
}

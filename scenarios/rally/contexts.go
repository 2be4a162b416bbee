package rally

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// preparation carries over whom Rally makes for the load, and says what else it makes
// before it and removes after it: what has to be there already, since Eris makes none
// of it. It returns the tenants; nil where the load acts as the inventory's own user.
func (c *conversion) preparation() pairs {
	if c.contexts != nil && c.contexts.Shape != document.Null && c.contexts.Shape != document.Mapping {
		c.report.At(c.contexts).Errorf("contexts: wants a mapping, not %s", c.contexts.Shape)
		return nil
	}
	made := c.tenants()
	if c.contexts == nil {
		return made
	}
	for _, e := range c.contexts.Entries {
		name, _, _ := strings.Cut(e.Name(), "@")
		at := "contexts." + e.Name()
		words, known := needs()[name]
		switch {
		case name == "users", name == "network" && c.networked:
		case made != nil && (name == "flavors" || name == "images" || name == "roles"):
		case slices.Contains(c.own, name):
			c.add(Other, e.Key, at, "none is made before: each iteration makes and deletes its own")
		case slices.Contains(c.once, name):
			c.add(Other, e.Key, at, "the load makes its own, for all of its iterations, and deletes it")
		case name == "quotas":
			c.quotas(at, e.Value, made != nil)
		case name == "flavors" || name == "images" || name == "roles":
			c.things(at, name, e.Key, e.Value)
		case known:
			c.add(Needed, e.Key, at, "%s", words)
		default:
			c.add(Lost, e.Key, at, "%s", unknown(name))
		}
	}
	return made
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

// quotas are those of the project, each with its limit; -1 is none. What a run sets
// in projects that it makes is not told.
func (c *conversion) quotas(at string, v *document.Node, made bool) {
	if len(v.Entries) == 0 {
		c.add(Needed, v.Key, at, "the quotas of the project")
	}
	for _, service := range v.Entries {
		for _, limit := range service.Value.Entries {
			name := at + "." + service.Name() + "." + limit.Name()
			switch _, set := limitOf(service, limit); {
			case !made:
				c.add(Needed, limit.Key, name, "the quota of the project has to be %s", text(limit.Value))
			case !set:
				c.add(Lost, limit.Key, name, "of a project that is made, quotas of nova, neutron and cinder are set, each a number")
			}
		}
	}
}

// things are flavors, images or roles that are not made: by what they are called, where that is
// said.
func (c *conversion) things(at, name string, key, v *document.Node) {
	one, why := strings.TrimSuffix(name, "s"), ""
	if c.why != "" {
		why = "; none is made: " + c.why
	}
	if name == "roles" && c.why != "" {
		why = "; nobody is given it: " + c.why
	}
	switch {
	case name == "images":
		called := text(v.Get("image_name"))
		if called == "" {
			called = addressed(text(v.Get("image_url")))
		}
		c.add(Needed, key, at, "the image %s%s", called, why)
	case v.Shape == document.Sequence:
		for _, item := range v.Items {
			called := []string{}
			if item.Shape == document.Scalar {
				called = append(called, item.Text)
			}
			for _, e := range item.Entries {
				called = append(called, e.Name()+" "+text(e.Value))
			}
			c.add(Needed, item, at, "the %s: %s%s", one, strings.Join(called, ", "), why)
		}
	default:
		c.add(Needed, key, at, "the %s%s", name, why)
	}
}

package inventory

import (
	"cmp"
	"slices"
)

// Domain is a set of nodes that fail together.
type Domain struct {
	Level string // zone, rack, switch or host
	Name  string
}

// String is e.g. "rack rack-1".
func (d Domain) String() string { return d.Level + " " + d.Name }

// NodesIn returns the nodes that a failure domain takes with it, sorted.
func (c *Cloud) NodesIn(d Domain) []*Node {
	var nodes []*Node
	for _, n := range c.Nodes {
		at := map[string]string{"zone": n.Zone, "rack": n.Rack, "switch": n.Switch, "host": n.Host}
		if d.Name != "" && d.Name == at[d.Level] {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// ServicesOn returns the services that run on a node, sorted.
func (c *Cloud) ServicesOn(node string) []*Service {
	var services []*Service
	for _, s := range c.Services {
		if slices.Contains(s.Nodes, node) {
			services = append(services, s)
		}
	}
	return services
}

// GroupByName returns the group, or nil.
func (c *Cloud) GroupByName(name string) *Group {
	for _, g := range c.Groups {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// Compare orders refs by service, then node.
func (r Ref) Compare(other Ref) int {
	return cmp.Or(cmp.Compare(r.Service, other.Service), cmp.Compare(r.Node, other.Node))
}

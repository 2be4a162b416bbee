package redundancy_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/inventory"
)

// oracle is the meaning of a budget in its plainest form: it knows sets of
// refs, looks at every member of every group, and shares no code with the
// ledger.
type oracle struct {
	cloud *inventory.Cloud
	lost  map[string][]inventory.Ref // by owner; "" is what is down for real
}

// memberLost tells whether a member is lost with any of the refs.
func memberLost(m inventory.Member, sets ...[]inventory.Ref) bool {
	for _, set := range sets {
		for _, ref := range set {
			if ref.Node == m.Node && (ref.Service == m.Service || ref.Service == "") {
				return true
			}
		}
	}
	return false
}

// allows tells whether refs may be lost on top of everything else: they touch
// at least one group each, and no touched group's promise is broken.
func (o *oracle) allows(refs []inventory.Ref) bool {
	sets := [][]inventory.Ref{refs}
	for _, set := range o.lost {
		sets = append(sets, set)
	}
	for _, ref := range refs {
		touched := false
		for _, g := range o.cloud.Groups {
			here := false
			for _, m := range g.Members {
				here = here || memberLost(m, []inventory.Ref{ref})
			}
			if here && !promise(g, sets) {
				return false
			}
			touched = touched || here
		}
		if !touched {
			return false
		}
	}
	return true
}

// promise counts one group.
func promise(g *inventory.Group, sets [][]inventory.Ref) bool {
	up, down, upWeight, downWeight := 0, 0, 0, 0
	for _, m := range g.Members {
		if memberLost(m, sets...) {
			down, downWeight = down+1, downWeight+m.Weight
		} else {
			up, upWeight = up+1, upWeight+m.Weight
		}
	}
	switch g.Rule.Kind {
	case inventory.AllButOne:
		return up > 0
	case inventory.Majority:
		return upWeight > downWeight
	case inventory.MinUp:
		return up >= g.Rule.Count
	case inventory.Tolerate:
		return down <= g.Rule.Count
	}
	panic("a rule that the oracle does not know")
}

// everyRef lists all services on nodes and all nodes.
func everyRef(c *inventory.Cloud) []inventory.Ref {
	var refs []inventory.Ref
	for _, n := range c.Nodes {
		refs = append(refs, inventory.Ref{Node: n.Name})
	}
	for _, s := range c.Services {
		for _, n := range s.Nodes {
			refs = append(refs, inventory.Ref{Node: n, Service: s.Name})
		}
	}
	return refs
}

// clouds draws clouds of up to five nodes and four services in up to five
// groups, which may overlap and span services.
func clouds(t *rapid.T) *inventory.Cloud {
	c := &inventory.Cloud{}
	for i := range rapid.IntRange(1, 5).Draw(t, "nodes") {
		c.Nodes = append(c.Nodes, &inventory.Node{Name: fmt.Sprintf("n%d", i)})
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "services") {
		s := &inventory.Service{Name: fmt.Sprintf("s%d", i)}
		for _, n := range c.Nodes {
			if rapid.Bool().Draw(t, "runs on "+n.Name) {
				s.Nodes = append(s.Nodes, n.Name)
			}
		}
		c.Services = append(c.Services, s)
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "groups") {
		g := &inventory.Group{Name: fmt.Sprintf("g%d", i)}
		for _, s := range c.Services {
			if !rapid.Bool().Draw(t, "holds "+s.Name) {
				continue
			}
			for _, n := range s.Nodes {
				weight := rapid.IntRange(0, 3).Draw(t, "weight")
				g.Members = append(g.Members, inventory.Member{Ref: inventory.Ref{Node: n, Service: s.Name}, Weight: weight})
			}
		}
		g.Rule = rapid.SampledFrom([]inventory.Rule{
			{Kind: inventory.AllButOne}, {Kind: inventory.Majority},
			{Kind: inventory.MinUp, Count: 1}, {Kind: inventory.MinUp, Count: 2},
			{Kind: inventory.Tolerate, Count: 0}, {Kind: inventory.Tolerate, Count: 1}, {Kind: inventory.Tolerate, Count: 2},
		}).Draw(t, "rule")
		if len(g.Members) > 0 {
			c.Groups = append(c.Groups, g)
		}
	}
	return c
}

// some draws a few refs.
func some(t *rapid.T, c *inventory.Cloud, label string, least, most int) []inventory.Ref {
	return rapid.SliceOfN(rapid.SampledFrom(everyRef(c)), least, most).Draw(t, label)
}

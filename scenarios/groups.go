package scenarios

import (
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
)

// Groups are the redundancy groups that the faults draw on, as the inventory declares them,
// for the record of a run.
func (p *Plan) Groups() []record.GroupPlan {
	var drawn []string
	for _, f := range p.Faults {
		for _, d := range f.Budget {
			drawn = append(drawn, d.Group)
		}
	}
	var all []record.GroupPlan
	for _, g := range p.Inventory.Groups {
		if !slices.Contains(drawn, g.Name) {
			continue
		}
		group := record.GroupPlan{Name: g.Name, Rule: g.Rule.String(), Tolerates: g.Tolerates()}
		for _, m := range g.Members {
			group.Members = append(group.Members, record.Target(m.Ref))
		}
		all = append(all, group)
	}
	return all
}

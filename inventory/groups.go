package inventory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// groups takes the declared groups and adds one for each service that none of
// them names, by the table of defaults.
func (l *loader) groups(s *document.Map[groupSpec]) {
	var serviceNames, grouped []string
	for _, service := range l.cloud.Services {
		serviceNames = append(serviceNames, service.Name)
	}
	for _, e := range s.Entries {
		l.name("group", e.Name, e.Key)
		group := &Group{Name: e.Name, Rule: e.Value.Rule.rule, Why: "declared in " + e.Key.Place()}
		for i, name := range e.Value.Services {
			service := l.cloud.ServiceByName(name.V)
			switch {
			case service == nil && name.Node != nil && name.Node.Shape == document.Scalar:
				l.report.At(name.Node).Unknown("service", name.V, serviceNames)
			case service == nil:
			case slices.ContainsFunc(e.Value.Services[:i], func(v text) bool { return v.V == name.V }):
				l.report.At(name.Node).Errorf("%s is named twice", name.V)
			default:
				group.Members = append(group.Members, members(service)...)
			}
			grouped = append(grouped, name.V)
		}
		l.weigh(group, &e.Value)
		l.possible(group, &e)
		l.cloud.Groups = append(l.cloud.Groups, group)
	}
	for _, service := range l.cloud.Services {
		if slices.Contains(grouped, service.Name) {
			continue
		}
		if same := s.Get(service.Name); same != nil {
			l.report.At(same.Key).Hint("name %s among its services, or call the group something else", service.Name).
				Errorf("the group %s does not hold the service of that name", service.Name)
		}
		rule, why := defaultFor(service.Name)
		l.cloud.Groups = append(l.cloud.Groups, &Group{Name: service.Name, Rule: rule, Members: members(service), Why: why})
	}
	for _, g := range l.cloud.Groups {
		slices.SortFunc(g.Members, func(a, b Member) int { return a.Compare(b.Ref) })
	}
	slices.SortFunc(l.cloud.Groups, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
}

func members(s *Service) []Member {
	list := make([]Member, len(s.Nodes))
	for i, node := range s.Nodes {
		list[i] = Member{Ref: Ref{Node: node, Service: s.Name}, Weight: 1}
	}
	return list
}

// weigh gives the members the declared weights of their nodes.
func (l *loader) weigh(group *Group, s *groupSpec) {
	if s.Weights.Node != nil && group.Rule.Kind != Majority && group.Rule.Kind != "" {
		l.report.At(s.Weights.Node.Key).Errorf("weights count in a majority only, and the rule of %s is %s", group.Name, group.Rule)
	}
	var nodes []string
	for _, m := range group.Members {
		nodes = append(nodes, m.Node)
	}
	for _, w := range s.Weights.Entries {
		switch {
		case !slices.Contains(nodes, w.Name):
			l.report.At(w.Key).Unknown("node of group "+group.Name, w.Name, nodes)
		case w.Value < 0 || w.Value > 1000:
			l.report.At(w.Node).Errorf("the weight %d of %s is not between 0 and 1000", w.Value, w.Name)
		}
		for i := range group.Members {
			if group.Members[i].Node == w.Name {
				group.Members[i].Weight = w.Value
			}
		}
	}
}

// possible refuses rules that no state of the group can keep.
func (l *loader) possible(group *Group, e *document.Named[groupSpec]) {
	at, n := l.report.At(e.Value.Rule.node), len(group.Members)
	if n == 0 {
		if e.Value.Services != nil && len(e.Value.Services) == 0 {
			l.report.At(e.Key).Errorf("the group %s has no services", group.Name)
		}
		return
	}
	weight := 0
	for _, m := range group.Members {
		weight += m.Weight
	}
	switch rule := group.Rule; {
	case rule.Kind == MinUp && rule.Count < 1:
		at.Errorf("min_up: %d keeps nothing; at least 1 member has to stay", rule.Count)
	case rule.Kind == MinUp && rule.Count > n:
		at.Errorf("min_up: %d is impossible: the group %s has %d", rule.Count, group.Name, n)
	case rule.Kind == Tolerate && rule.Count < 0:
		at.Errorf("tolerance: %d is below 0", rule.Count)
	case rule.Kind == Tolerate && rule.Count > n:
		at.Errorf("tolerance: %d is impossible: the group %s has %d", rule.Count, group.Name, n)
	case rule.Kind == Majority && weight == 0:
		at.Errorf("the members of %s have no weight, so that none can be the majority", group.Name)
	}
}

// String is the rule as it is written in a file.
func (r Rule) String() string {
	if r.Kind == MinUp || r.Kind == Tolerate {
		return fmt.Sprintf("%s: %s", r.Kind, strconv.Itoa(r.Count))
	}
	return string(r.Kind)
}

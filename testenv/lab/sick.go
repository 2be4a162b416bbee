package lab

import (
	"context"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

const journalsShown = 3 // in an error, of those that have something to say

// withJournals adds to an error what the first witnesses say who say anything,
// at most so many.
func withJournals(ctx context.Context, p paths, profile *Profile, err error, of []witness, most int) error {
	for _, said := range testimonies(ctx, p, profile, of, most) {
		said.Err = err
		err = said
	}
	return err
}

// testimonies is what the first witnesses say who say anything, at most so many.
func testimonies(ctx context.Context, p paths, profile *Profile, of []witness, most int) []*NodeError {
	var all []*NodeError
	for _, w := range of {
		if len(all) == most {
			break
		}
		if said := w.testimony(ctx, p, profile, nil); said.Journal != "" {
			all = append(all, said)
		}
	}
	return all
}

// everywhere are the units of a role on each of its nodes.
func (p *Profile) everywhere(part string) []witness {
	var all []witness
	for _, n := range p.nodesWith(part) {
		all = append(all, witness{node: n.Name, units: p.unitsOf(part)})
	}
	return all
}

// besides are the other witnesses of what a role did from one node: where it has no
// units of its own, it asked those of other roles behind the balancer, any of which may
// have answered.
func (p *Profile) besides(own witness, part string) []witness {
	if len(p.parts[part].units()) > 0 {
		return nil
	}
	return slices.DeleteFunc(p.everywhere(part), func(w witness) bool { return w.node == own.node })
}

// named are the units that the words of a role's check are about: on a node that
// stands there those that stand there too, or else those of the role's family, as
// neutron-linuxbridge-agent is of neutron's.
func (p *Profile) named(part string, words []string) []witness {
	family, _, _ := strings.Cut(part, "-")
	var all []witness
	for _, line := range words {
		fields := strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" ,:;()", c) })
		for _, n := range p.Nodes {
			if !slices.Contains(fields, n.Name) {
				continue
			}
			var told, kin []string
			for _, other := range p.Roles[n.Role] {
				for _, unit := range p.parts[other].units() {
					name := strings.TrimSuffix(unit, ".service")
					if slices.Contains(fields, name) {
						told = append(told, unit)
					}
					if name == family || strings.HasPrefix(name, family+"-") {
						kin = append(kin, unit)
					}
				}
			}
			if len(told) == 0 {
				told = kin
			}
			slices.Sort(told)
			all = append(all, witness{node: n.Name, units: slices.Compact(told)})
		}
	}
	return all
}

// suspects are witnesses in the order in which they are asked: first nodes that
// are off and what keeps them so, then units in the order of their roles, since
// one that others stand on is likelier the cause than they.
type suspects struct {
	profile *Profile
	found   []suspect
}

type suspect struct {
	witness

	rank int
}

func (s *suspects) add(rank int, all ...witness) {
	for _, w := range all {
		if w.at == inJournal && len(w.units) == 0 {
			continue
		}
		s.found = append(s.found, suspect{w, rank})
	}
}

// role adds units of a role.
func (s *suspects) role(part string, all ...witness) {
	s.add(slices.Index(s.profile.order, part), all...)
}

// list is everybody once: who is named already with all of its units is not
// asked again.
func (s *suspects) list() []witness {
	slices.SortStableFunc(s.found, func(a, b suspect) int { return a.rank - b.rank })
	var all []witness
	for _, next := range s.found {
		named := slices.ContainsFunc(all, func(w witness) bool {
			more := func(unit string) bool { return !slices.Contains(w.units, unit) }
			return w.node == next.node && w.at == next.at && !slices.ContainsFunc(next.units, more)
		})
		if !named {
			all = append(all, next.witness)
		}
	}
	return all
}

// sick lists who can tell of what is not well: of a service its own units, of a
// fact those of the role on the node that told it, of a check, which asks for
// the whole cloud, those that its words name, and then those of the role on every
// node.
func (s *Status) sick(r *renderer) []witness {
	profile := r.profile
	all := &suspects{profile: profile}
	for _, n := range s.Nodes {
		s.sickNode(all, n)
	}
	for _, b := range s.Backends {
		if part := profile.balancing(b.Service); part != "" && !strings.HasPrefix(b.State, "UP") {
			all.role(part, witness{node: b.Node, units: profile.unitsOf(part)})
		}
	}
	if s.wrong("haproxy on the VIP: ") || len(s.unlisted(r)) > 0 {
		for _, part := range profile.doing(balances) {
			for _, w := range profile.everywhere(part) {
				if len(s.Holders) != 1 || w.node == s.Holders[0] {
					all.role(part, w)
				}
			}
		}
	}
	if s.VIP != "" && len(s.Holders) != 1 {
		for _, part := range profile.doing(holdsVIP) {
			all.role(part, profile.everywhere(part)...)
		}
	}
	for _, c := range s.Checks {
		if part, _, _ := strings.Cut(c.Name, "."); !c.Healthy {
			all.role(part, profile.named(part, c.Wrong)...)
			all.role(part, profile.everywhere(part)...)
		}
	}
	if s.Token != nil && !s.Token.Issued {
		for _, part := range profile.doing(issuesTokens) {
			all.role(part, profile.everywhere(part)...)
		}
	}
	return all.list()
}

// sickNode adds who can tell of what is not well on one node.
func (s *Status) sickNode(all *suspects, n NodeStatus) {
	const first = -1 // before every role
	if n.BMC != nil && (n.BMC.Why != "" || (n.BMC.Power == string(power.On)) != n.On) {
		all.add(first, witness{node: n.Name, at: inBMC})
	}
	if !n.On {
		all.add(first, witness{node: n.Name, at: onConsole})
		return
	}
	if len(n.stoppedUnits) > 0 {
		all.add(first, witness{node: n.Name, units: n.stoppedUnits})
	}
	for _, k := range n.Kept {
		all.add(first, witness{node: n.Name, units: []string{k.Unit}})
	}
	for _, service := range n.Services {
		if !service.Healthy {
			part, units := all.profile.unitsOfService(service.Name)
			all.role(part, witness{node: n.Name, units: units})
		}
	}
	for key := range n.Facts {
		if part, _, _ := strings.Cut(key, "."); s.wrong(key+" on "+n.Name+" is ") || s.wrong(key+" on "+n.Name+": ") {
			all.role(part, witness{node: n.Name, units: all.profile.unitsOf(part)})
		}
	}
}

// wrong tells whether something wrong begins so.
func (s *Status) wrong(begin string) bool {
	return slices.ContainsFunc(s.Wrong, func(line string) bool { return strings.HasPrefix(line, begin) })
}

// balancing is the role that offers a service behind the VIP; empty for none.
func (p *Profile) balancing(service string) string {
	for _, part := range p.order {
		if _, is := p.parts[part].Balance[service]; is {
			return part
		}
	}
	return ""
}

package redundancy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// Refusal says which group's rule a loss would break.
type Refusal struct {
	Group   string
	Rule    inventory.Rule
	Why     string          // where the rule comes from
	Members []inventory.Ref // all members
	Asked   []inventory.Ref // members that the refused loss would take
	Down    []Down          // members that are down already
	// Tolerates is how many members the group can lose when none is down, by
	// its lightest where members have weights.
	Tolerates int
	Weights   string // for a majority with unequal weights: what would be left of how much
}

// Down is a member that is down already, and by whom.
type Down struct {
	Ref   inventory.Ref
	Cause string // owners, or "not healthy"
}

// Error is one sentence with the group, the rule, the members and the count.
func (r *Refusal) Error() string {
	var b strings.Builder
	lost := len(r.Asked)
	fmt.Fprintf(&b, "the group %s (%s, %s) tolerates the loss of %d and would lose ", r.Group, r.Rule, count(len(r.Members), "member"), r.Tolerates)
	names := make([]string, 0, len(r.Asked))
	for _, ref := range r.Asked {
		names = append(names, ref.String())
	}
	var already []string
	for _, d := range r.Down {
		already = append(already, fmt.Sprintf("%s (%s)", d.Ref, d.Cause))
		if !slices.Contains(r.Asked, d.Ref) {
			lost++
		}
	}
	fmt.Fprintf(&b, "%d: %s", lost, strings.Join(names, ", "))
	if len(already) > 0 {
		fmt.Fprintf(&b, "; already down: %s", strings.Join(already, ", "))
	}
	if r.Weights != "" {
		fmt.Fprintf(&b, "; %s", r.Weights)
	}
	return b.String()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// refusal describes why a group does not admit refs.
func (l *Ledger) refusal(group *inventory.Group, refs []inventory.Ref) *Refusal {
	r := &Refusal{Group: group.Name, Rule: group.Rule, Why: group.Why, Tolerates: Tolerates(group)}
	left, all, equal := 0, 0, true
	for _, m := range group.Members {
		r.Members = append(r.Members, m.Ref)
		asked := slices.ContainsFunc(refs, func(ref inventory.Ref) bool { return covers(ref, m.Ref) })
		if asked {
			r.Asked = append(r.Asked, m.Ref)
		}
		cause := l.causes(m.Ref)
		if cause != "" {
			r.Down = append(r.Down, Down{Ref: m.Ref, Cause: cause})
		}
		all += m.Weight
		if !asked && cause == "" {
			left += m.Weight
		}
		equal = equal && m.Weight == group.Members[0].Weight
	}
	if group.Rule.Kind == inventory.Majority && !equal {
		r.Weights = fmt.Sprintf("weight %d of %d would be left, and more than half has to be", left, all)
	}
	return r
}

// Tolerates is how many members a group can lose when none is down: by its
// lightest ones where they have weights.
func Tolerates(group *inventory.Group) int {
	return newTally(&inventory.Cloud{Groups: []*inventory.Group{group}}).room(0)
}

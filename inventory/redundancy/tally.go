package redundancy

import (
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/inventory"
)

// seat is one member's place in one group.
type seat struct{ group, member int }

// tally counts, group by group, which members are down. Taking and giving back
// are exact opposites, so that a search can walk up and down.
type tally struct {
	cloud  *inventory.Cloud
	taken  [][]int // how often each member is taken, by group and member
	down   []int   // members down, by group
	weight []int   // their weight
	total  []int   // the weight of all members
	byRef  map[inventory.Ref][]seat
}

func newTally(cloud *inventory.Cloud) *tally {
	n := len(cloud.Groups)
	t := &tally{
		cloud: cloud, taken: make([][]int, n), down: make([]int, n), weight: make([]int, n), total: make([]int, n),
		byRef: map[inventory.Ref][]seat{},
	}
	for g, group := range cloud.Groups {
		t.taken[g] = make([]int, len(group.Members))
		for m, member := range group.Members {
			t.total[g] += member.Weight
			s := seat{group: g, member: m}
			t.byRef[member.Ref] = append(t.byRef[member.Ref], s)
			if whole := (inventory.Ref{Node: member.Node}); whole != member.Ref {
				t.byRef[whole] = append(t.byRef[whole], s)
			}
		}
	}
	return t
}

// seats lists what is lost with a ref.
func (t *tally) seats(ref inventory.Ref) []seat { return t.byRef[ref] }

// known refuses a ref that is not in the inventory.
func (t *tally) known(ref inventory.Ref) error {
	if t.cloud.NodeByName(ref.Node) == nil {
		return fmt.Errorf("check %s: no node %q in the inventory", ref, ref.Node)
	}
	if ref.Service == "" {
		return nil
	}
	if s := t.cloud.ServiceByName(ref.Service); s == nil || !slices.Contains(s.Nodes, ref.Node) {
		return fmt.Errorf("check %s: no service %q on that node in the inventory", ref, ref.Service)
	}
	return nil
}

func (t *tally) take(ref inventory.Ref) {
	for _, s := range t.byRef[ref] {
		if t.taken[s.group][s.member]++; t.taken[s.group][s.member] == 1 {
			t.down[s.group]++
			t.weight[s.group] += t.cloud.Groups[s.group].Members[s.member].Weight
		}
	}
}

func (t *tally) give(ref inventory.Ref) {
	for _, s := range t.byRef[ref] {
		if t.taken[s.group][s.member]--; t.taken[s.group][s.member] == 0 {
			t.down[s.group]--
			t.weight[s.group] -= t.cloud.Groups[s.group].Members[s.member].Weight
		}
	}
}

// isDown tells whether all that a ref would lose is lost already.
func (t *tally) isDown(ref inventory.Ref) bool {
	return !t.beside(ref) && !slices.ContainsFunc(t.byRef[ref], func(s seat) bool { return t.taken[s.group][s.member] == 0 })
}

// beside tells a machine beside the cloud: nothing is lost with it alone.
func (t *tally) beside(ref inventory.Ref) bool {
	node := t.cloud.NodeByName(ref.Node)
	return node != nil && node.Beside
}

// holds tells whether a group's rule holds as things stand.
func (t *tally) holds(group int) bool {
	g := t.cloud.Groups[group]
	return keeps(g.Rule, len(g.Members)-t.down[group], t.down[group], t.total[group]-t.weight[group], t.total[group])
}

// admits tells whether every group that a ref touches holds.
func (t *tally) admits(ref inventory.Ref) bool {
	return t.beside(ref) || len(t.byRef[ref]) > 0 && !slices.ContainsFunc(t.byRef[ref], func(s seat) bool { return !t.holds(s.group) })
}

// keeps is the meaning of the rules. A majority is more than half of all
// weight, as Galera's weighted quorum and Raft with equal votes have it.
func keeps(rule inventory.Rule, up, down, upWeight, allWeight int) bool {
	switch rule.Kind {
	case inventory.AllButOne:
		return up >= 1
	case inventory.Majority:
		return 2*upWeight > allWeight
	case inventory.MinUp:
		return up >= rule.Count
	case inventory.Tolerate:
		return down <= rule.Count
	}
	return false
}

// room is how many more members a group can lose at most: the lightest first.
func (t *tally) room(group int) int {
	g := t.cloud.Groups[group]
	if !t.holds(group) {
		return 0
	}
	var left []int
	for m, member := range g.Members {
		if t.taken[group][m] == 0 {
			left = append(left, member.Weight)
		}
	}
	slices.Sort(left)
	down, weight := t.down[group], t.total[group]-t.weight[group]
	for i, w := range left {
		down, weight = down+1, weight-w
		if !keeps(g.Rule, len(g.Members)-down, down, weight, t.total[group]) {
			return i
		}
	}
	return len(left)
}

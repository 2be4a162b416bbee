package redundancy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// search walks the subsets of candidates depth first for one of the wanted size
// (or, with Most, the largest) that is admitted. Losing less never breaks a
// rule that losing more keeps, so a branch ends at its first refused candidate.
// It also ends where the bound says that it cannot get larger than the best,
// and a candidate that was left out leaves out all that are like it. A node and
// a service on it are never chosen together.
type search struct {
	t          *tally
	candidates []inventory.Ref
	like       []string // candidates with an equal string are interchangeable
	want       int
	chosen     []inventory.Ref
	best       []inventory.Ref
	steps      int
}

// search returns an admitted subset of the wanted size, the largest for Most,
// or when there is none of that size something else. It prefers candidates that
// come early.
func (l *Ledger) search(candidates []inventory.Ref, want int) []inventory.Ref {
	s := &search{t: l.tally(), candidates: candidates, want: want, steps: searchSteps}
	for _, ref := range candidates {
		s.like = append(s.like, s.likeness(ref))
	}
	s.walk(0, nil)
	return s.best
}

// likeness tells a candidate by what it takes: groups and weights, in order.
// Members shared with another candidate make it unlike every other.
func (s *search) likeness(ref inventory.Ref) string {
	var parts []string
	for _, seat := range s.t.seats(ref) {
		if s.t.taken[seat.group][seat.member] > 0 {
			continue
		}
		if s.shared(ref, seat) {
			return ref.String()
		}
		parts = append(parts, fmt.Sprintf("%d:%d", seat.group, s.t.cloud.Groups[seat.group].Members[seat.member].Weight))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// shared tells whether another candidate takes the same member.
func (s *search) shared(ref inventory.Ref, at seat) bool {
	member := s.t.cloud.Groups[at.group].Members[at.member].Ref
	return slices.ContainsFunc(s.candidates, func(other inventory.Ref) bool { return other != ref && covers(other, member) })
}

// walk reports true when the search is over.
func (s *search) walk(from int, left []string) bool {
	if len(s.chosen) > len(s.best) {
		s.best = slices.Clone(s.chosen)
	}
	if len(s.best) == s.want {
		return true
	}
	if s.steps--; s.steps < 0 {
		return true
	}
	if from == len(s.candidates) || len(s.chosen)+s.bound(from) <= len(s.best) {
		return false
	}
	ref := s.candidates[from]
	if slices.Contains(left, s.like[from]) || slices.ContainsFunc(s.chosen, func(c inventory.Ref) bool { return covers(c, ref) || covers(ref, c) }) {
		return s.walk(from+1, left)
	}
	s.t.take(ref)
	if s.t.admits(ref) {
		s.chosen = append(s.chosen, ref)
		over := s.walk(from+1, left)
		s.chosen = s.chosen[:len(s.chosen)-1]
		if over {
			s.t.give(ref)
			return true
		}
	}
	s.t.give(ref)
	return s.walk(from+1, append(slices.Clip(left), s.like[from]))
}

// bound is at least the number of further candidates that can be taken: each
// candidate is set against one of its groups, and no group gives more than its
// room.
func (s *search) bound(from int) int {
	perGroup, rooms, free := map[int]int{}, map[int]int{}, 0
	for _, ref := range s.candidates[from:] {
		tightest, room := -1, 0
		for _, at := range s.t.seats(ref) {
			if s.t.taken[at.group][at.member] > 0 {
				continue
			}
			r, known := rooms[at.group]
			if !known {
				r = s.t.room(at.group)
				rooms[at.group] = r
			}
			if tightest < 0 || r < room || r == room && at.group < tightest {
				tightest, room = at.group, r
			}
		}
		if tightest < 0 {
			free++
			continue
		}
		perGroup[tightest]++
	}
	for g, n := range perGroup {
		free += min(n, rooms[g])
	}
	return free
}

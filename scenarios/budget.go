package scenarios

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

// searchSteps bounds the search for targets that fit several worst cases.
const searchSteps = 20_000

// budget chooses targets so that in every worst case, that is with every set
// of faults that can be active together, each group's rule holds.
type budget struct {
	cloud  *inventory.Cloud
	beside map[string][]string
	armed  map[string][]string        // what each fault can be armed beside
	chosen map[string][]inventory.Ref // whom each strikes; of one that is aimed when it fires, somebody
	laid   map[string][]inventory.Ref // of one that is aimed when it fires, on whom it is armed
	costs  map[string][]inventory.Ref // what each costs beside whom it strikes
	order  []string                   // of choosing
	down   []inventory.Ref            // for real, as far as is known
}

// well leaves those of whom nothing is known to be down: neither themselves nor,
// of a whole node, any service on it.
func (b *budget) well(refs []inventory.Ref) []inventory.Ref {
	return slices.DeleteFunc(slices.Clone(refs), func(ref inventory.Ref) bool {
		return slices.ContainsFunc(b.down, func(d inventory.Ref) bool {
			return d.Node == ref.Node && (d.Service == ref.Service || d.Service == "" || ref.Service == "")
		})
	})
}

// takes is all that a fault is booked for.
func (b *budget) takes(fault string) []inventory.Ref {
	return append(slices.Clone(b.chosen[fault]), b.costs[fault]...)
}

// holds are those on whom a fault is armed.
func (b *budget) holds(fault string) []inventory.Ref {
	if laid := b.laid[fault]; laid != nil {
		return laid
	}
	return b.chosen[fault]
}

// ledgers are the worst cases that a fault meets.
func (b *budget) ledgers(fault string) []*redundancy.Ledger {
	var near []string
	for _, name := range b.order {
		if slices.Contains(b.beside[fault], name) {
			near = append(near, name)
		}
	}
	var ledgers []*redundancy.Ledger
	for _, set := range together(near, b.beside) {
		l := redundancy.New(b.cloud)
		var beyond []inventory.Ref
		for _, name := range set {
			if taken := b.takes(name); l.Reserve(name, taken) != nil { // it goes beyond redundancy, as it was told it may
				beyond = append(beyond, taken...)
			}
		}
		l.SetDown(append(beyond, b.down...))
		ledgers = append(ledgers, l)
	}
	return ledgers
}

// choose picks n candidates, or as many as possible, that every worst case
// admits.
func (b *budget) choose(fault string, n int, candidates []inventory.Ref, random *rand.Rand) ([]inventory.Ref, error) {
	ledgers := b.ledgers(fault)
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(ref inventory.Ref) bool { return b.taken(fault, ref) })
	if len(candidates) == 0 {
		return nil, errTaken
	}
	all := candidates
	if candidates = b.well(all); len(candidates) == 0 {
		return nil, fmt.Errorf("%w: %s", errDown, refs(all))
	}
	most := n
	for _, l := range ledgers {
		refs, err := l.Choose(n, candidates, random)
		if err != nil || len(ledgers) == 1 {
			return refs, err
		}
		if most == redundancy.Most || len(refs) < most {
			most = len(refs)
		}
	}
	open := slices.Clone(candidates)
	random.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	// A ledger's check finds nothing wrong with what it has down already, and
	// whoever another fault has struck last is not struck before he is well.
	free := slices.DeleteFunc(slices.Clone(open), func(ref inventory.Ref) bool {
		return slices.ContainsFunc(ledgers, func(l *redundancy.Ledger) bool { return l.Max([]inventory.Ref{ref}) == 0 })
	})
	for size := most; size > 0; size-- {
		s := search{ledgers: ledgers, open: free, size: size, steps: searchSteps}
		if s.walk(nil, 0) {
			slices.SortFunc(s.found, inventory.Ref.Compare)
			return s.found, nil
		}
		if n != redundancy.Most {
			break
		}
	}
	return nil, b.explain(ledgers, n, open)
}

// taken tells a candidate that another fault strikes already, with which this
// one can be armed at the same time: a target is one fault's at a time.
func (b *budget) taken(fault string, ref inventory.Ref) bool {
	if b.cloud.NodeByName(ref.Node).Beside {
		return false // what is struck from it is something else each time, and has a key of its own
	}
	for _, name := range b.armed[fault] {
		for _, other := range b.holds(name) {
			if other.Node == ref.Node && (other.Service == ref.Service || other.Service == "" || ref.Service == "") {
				return true
			}
		}
	}
	return false
}

func (b *budget) explain(ledgers []*redundancy.Ledger, n int, open []inventory.Ref) error {
	for _, l := range ledgers {
		if err := l.Check(open[:max(0, min(n, len(open)))]); err != nil {
			return err
		}
	}
	return fmt.Errorf("no %d of %d candidates fit all faults that can be active at the same time", max(n, 1), len(open))
}

var errDown = errors.New("every candidate is down already")

var errTaken = errors.New("every candidate is struck by a fault that can be armed at the same time; start it after that one is undone")

// search looks for size refs that all ledgers admit together. What a ledger
// refuses, it refuses with more added, so that a refusal cuts the branch.
type search struct {
	ledgers []*redundancy.Ledger
	open    []inventory.Ref
	size    int
	steps   int
	found   []inventory.Ref
}

func (s *search) walk(taken []inventory.Ref, from int) bool {
	if len(taken) == s.size {
		s.found = slices.Clone(taken)
		return true
	}
	for i := from; i < len(s.open) && len(s.open)-i >= s.size-len(taken) && s.steps > 0; i++ {
		s.steps--
		set := append(slices.Clone(taken), s.open[i])
		if s.admits(set) && s.walk(set, i+1) {
			return true
		}
	}
	return false
}

func (s *search) admits(refs []inventory.Ref) bool {
	for _, l := range s.ledgers {
		if l.Check(refs) != nil {
			return false
		}
	}
	return true
}

// draws says what a fault takes of which groups, beside what others take.
func (b *budget) draws(fault string) []Draw {
	var draws []Draw
	for _, g := range b.cloud.Groups {
		d := Draw{Group: g.Name, Rule: g.Rule.String(), Why: g.Why, Members: len(g.Members), Tolerates: redundancy.Tolerates(g)}
		for _, m := range g.Members {
			if strikes(b.holds(fault), m.Ref) || slices.Contains(b.costs[fault], m.Ref) {
				d.Lost = append(d.Lost, m.Ref)
			}
			if b.laid[fault] != nil && strikes(b.chosen[fault], m.Ref) {
				d.Most++
			}
			for _, other := range b.beside[fault] {
				if strikes(b.takes(other), m.Ref) {
					d.Others = append(d.Others, Loss{m.Ref, other, b.laid[other] != nil})
				}
			}
		}
		if len(d.Lost) > 0 {
			draws = append(draws, d)
		}
	}
	return draws
}

// strikes tells whether refs take a member: itself, or its whole node.
func strikes(refs []inventory.Ref, member inventory.Ref) bool {
	return slices.Contains(refs, member) || slices.Contains(refs, inventory.Ref{Node: member.Node})
}

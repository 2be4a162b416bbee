// Package redundancy is the budget of a run: a ledger of what is down, by our
// faults or for real, that admits a further loss only while the declared rule
// of every group it touches still holds. It knows nothing of faults; owners are
// names.
package redundancy

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/openstack-eris/eris/inventory"
)

// Ledger counts losses. It is safe for concurrent use: a reservation is checked
// and made under one lock.
type Ledger struct {
	cloud *inventory.Cloud

	mu     sync.Mutex
	owners map[string][]inventory.Ref // what each owner holds down
	real   []inventory.Ref            // what is down without us
}

// New returns a ledger in which nothing is down.
func New(cloud *inventory.Cloud) *Ledger {
	return &Ledger{cloud: cloud, owners: map[string][]inventory.Ref{}}
}

// Reserve books refs as lost by owner, on top of what the owner has already, or
// books nothing and says why: a [*Refusal] when a group's rule would not hold, a
// [*Forbidden] when something is marked `chaos: never`, another error when a
// ref is not in the inventory. A whole node takes all of its services. What is
// already down is counted once; a group that is broken already admits nothing.
func (l *Ledger) Reserve(owner string, refs []inventory.Ref) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.check(refs); err != nil {
		return err
	}
	l.owners[owner] = append(l.owners[owner], refs...)
	return nil
}

// Book books refs as lost by owner without asking the rules: for a loss beyond
// redundancy that the operator has lifted the net for. Others are admitted
// with it in mind.
func (l *Ledger) Book(owner string, refs []inventory.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owners[owner] = append(l.owners[owner], refs...)
}

// Check says whether Reserve would be admitted now, and books nothing.
func (l *Ledger) Check(refs []inventory.Ref) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.check(refs)
}

// Release gives back all that an owner holds. An owner that holds nothing is no
// error.
func (l *Ledger) Release(owner string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.owners, owner)
}

// SetDown says what is down for real now, and replaces what was said before.
// What cannot be asked has to be among it: unknown counts as down. Members that
// our own faults hold down may be among it; each is counted once.
func (l *Ledger) SetDown(refs []inventory.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.real = slices.Clone(refs)
}

// Held returns what an owner holds, sorted.
func (l *Ledger) Held(owner string) []inventory.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := slices.Clone(l.owners[owner])
	slices.SortFunc(held, inventory.Ref.Compare)
	return slices.Compact(held)
}

func (l *Ledger) check(refs []inventory.Ref) error {
	if err := Forbid(l.cloud, refs); err != nil {
		return err
	}
	t := l.tally()
	for _, ref := range refs {
		if err := t.known(ref); err != nil {
			return err
		}
		t.take(ref)
	}
	for _, ref := range refs {
		if t.beside(ref) {
			continue // it is no member of the cloud; what is lost with it is booked beside it
		}
		if len(t.seats(ref)) == 0 {
			return &Refusal{Group: ref.String(), Rule: inventory.Rule{Kind: inventory.Tolerate}, Why: "it is in no redundancy group",
				Members: []inventory.Ref{ref}, Asked: []inventory.Ref{ref}, Tolerates: 0}
		}
		for _, s := range t.seats(ref) {
			if !t.holds(s.group) {
				return l.refusal(t.cloud.Groups[s.group], refs)
			}
		}
	}
	return nil
}

// tally counts everything that is down now.
func (l *Ledger) tally() *tally {
	t := newTally(l.cloud)
	for _, ref := range l.real {
		t.take(ref)
	}
	for _, held := range l.owners {
		for _, ref := range held {
			t.take(ref)
		}
	}
	return t
}

// covers tells whether losing ref loses the member.
func covers(ref, member inventory.Ref) bool {
	return ref.Node == member.Node && (ref.Service == "" || ref.Service == member.Service)
}

// causes says why a member is down already: owners by name, or a real outage.
func (l *Ledger) causes(member inventory.Ref) string {
	var names []string
	for owner, held := range l.owners {
		if slices.ContainsFunc(held, func(r inventory.Ref) bool { return covers(r, member) }) {
			names = append(names, owner)
		}
	}
	slices.Sort(names)
	if slices.ContainsFunc(l.real, func(r inventory.Ref) bool { return covers(r, member) }) && len(names) == 0 {
		names = append(names, "not healthy")
	}
	return strings.Join(names, ", ")
}

// Forbid refuses what the inventory marks `chaos: never`, with a [*Forbidden].
// A whole node is also forbidden by a service on it.
func Forbid(cloud *inventory.Cloud, refs []inventory.Ref) error {
	for _, ref := range refs {
		if node := cloud.NodeByName(ref.Node); node != nil && node.Never {
			return &Forbidden{Ref: ref, By: "node " + node.Name}
		}
		for _, s := range cloud.ServicesOn(ref.Node) {
			if s.Never && covers(ref, inventory.Ref{Node: ref.Node, Service: s.Name}) {
				return &Forbidden{Ref: ref, By: "service " + s.Name}
			}
		}
	}
	return nil
}

// Forbidden says that the inventory marks a target, or something on it, as
// `chaos: never`.
type Forbidden struct {
	Ref inventory.Ref
	By  string // e.g. "node ctl-1"
}

// Error is one sentence.
func (f *Forbidden) Error() string {
	return fmt.Sprintf("%s is never a target: the inventory says chaos: never of %s", f.Ref, f.By)
}

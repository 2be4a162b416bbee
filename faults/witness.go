package faults

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// A node without power tells nobody what became of it, and the machine that keeps the
// fault may be lost with all that it knows. So the other nodes of the run are told once
// the trigger has come and before anything is done, and bear witness until it is undone:
// who heals from another machine may then give the power back, where it could be
// somebody's who had a reason.

// Witness is what nodes of a cloud say of a fault that a machine beside it keeps for
// another node.
type Witness struct {
	ID    string // of the fault on its node
	Node  string // that it struck
	Place string // PlaceOf its power
	Run   string
	Owner string   // user@host
	By    []string // the nodes that say so, in their order
	Runs  bool     // the run still has one of them
}

// String says who did it, and who says so.
func (w Witness) String() string {
	return fmt.Sprintf("fault %s of %s (run %s), as %s can tell", w.ID, w.Owner, w.Run, strings.Join(w.By, ", "))
}

// PlaceOf is by what a node's power is known again in another inventory, where another
// node may have its name; "-" of a node without.
func PlaceOf(node *inventory.Node) string {
	if node.Power == nil {
		return "-"
	}
	sum := sha256.Sum256([]byte(node.Power.Identity()))
	return hex.EncodeToString(sum[:8])
}

const (
	// believedFor is how long nodes bear witness beyond the fault's own end: whoever
	// kept it has given the power back by then, or is lost.
	believedFor = time.Hour
	// askWitness bounds asking a node by whom nobody waits.
	askWitness = 10 * time.Second
)

// Witnesses asks the nodes, and returns what they say in the order of ids. A node that
// gives no answer says nothing.
func Witnesses(ctx context.Context, runner remote.Runner, nodes []string) []Witness {
	told := map[string]*Witness{}
	for n, a := range askWitnesses(ctx, runner, nodes, askWitness, "list") {
		for _, value := range a.all("witness") {
			fields := strings.SplitN(value, " ", 6)
			if len(fields) < 6 {
				continue
			}
			w := told[fields[0]]
			if w == nil {
				w = &Witness{ID: fields[0], Node: fields[1], Place: fields[2], Run: fields[4], Owner: fields[5]}
				told[w.ID] = w
			}
			w.By = append(w.By, nodes[n])
			w.Runs = w.Runs || fields[3] == "on"
		}
	}
	var all []Witness
	for _, w := range told {
		all = append(all, *w)
	}
	slices.SortFunc(all, func(a, b Witness) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Dismiss lets the nodes forget faults, by their ids. What a node that gives no answer
// knows ends by itself.
func Dismiss(ctx context.Context, runner remote.Runner, nodes, ids []string) {
	if len(ids) > 0 {
		askWitnesses(ctx, runner, nodes, askWitness, append([]string{"dismiss"}, ids...)...)
	}
}

// askWitnesses waits no longer than that, also for nodes that are gone.
func askWitnesses(ctx context.Context, runner remote.Runner, nodes []string, within time.Duration, args ...string) []answer {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answers := make([]answer, len(nodes))
	var group sync.WaitGroup
	for n, node := range nodes {
		group.Go(func() {
			result := runner.Run(ctx, node, remote.Command{Script: script.Witness(), Args: args, Root: true, Timeout: within})
			answers[n] = parse(result.Stdout)
		})
	}
	group.Wait()
	return answers
}

// witnesses are the nodes that can bear witness of what becomes of a target: all that
// the run has but the target itself, where it is its power that goes.
func (i *Injection) witnesses(m *member) []string {
	if !m.woken() && (!m.kept() || i.life.order(m, i.spec.Timing).Family != ByPower) {
		return nil
	}
	i.life.mu.Lock()
	defer i.life.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(i.life.claimed), func(node string) bool { return node == m.target.Node.Name })
}

// witnessed tells the other nodes what is about to be done to those that are struck. That
// none of them could be told is noted and no reason against it: who keeps the fault does
// not need them.
func (i *Injection) witnessed(ctx context.Context) {
	var group sync.WaitGroup
	for _, m := range i.members {
		nodes := i.witnesses(m)
		if len(nodes) == 0 || m.is(record.Skipped) {
			continue
		}
		group.Go(func() {
			m.mu.Lock()
			m.told = true
			m.mu.Unlock()
			answers := askWitnesses(ctx, i.life.deps.Runner, nodes, haltWithin, "tell", m.target.ID,
				milliseconds(i.spec.Timing.TTL+believedFor), m.target.Node.Name, PlaceOf(m.target.Node), i.life.run.ID, i.life.run.Owner)
			if !slices.ContainsFunc(answers, func(a answer) bool { return a.has("told") }) {
				i.life.emit(record.Event{Note: &record.Note{Level: "warning", Text: fmt.Sprintf(
					"%s on %s: no other node could be told of it, so nobody could heal it from another machine than this one", i.spec.Name, m.target.Ref())}})
			}
		})
	}
	group.Wait()
}

// forgotten lets them forget it, once it is proven undone. One that cannot be asked is
// asked again once.
func (i *Injection) forgotten(ctx context.Context, m *member) {
	m.mu.Lock()
	told := m.told
	m.mu.Unlock()
	if !told {
		return
	}
	nodes := i.witnesses(m)
	for range 2 {
		answers := askWitnesses(ctx, i.life.deps.Runner, nodes, haltWithin, "dismiss", m.target.ID)
		var left []string
		for n, a := range answers {
			if !a.has("dismissed") {
				left = append(left, nodes[n])
			}
		}
		if nodes = left; len(nodes) == 0 {
			return
		}
	}
}

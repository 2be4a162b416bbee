package faults

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// A node without power tells nobody what became of it, and the machine that keeps the
// fault may be lost with all that it knows. So the other nodes of the run are told before
// it begins, and bear witness until it is undone: who heals from another machine may then
// give the power back, where it could be somebody's who had a reason.

// Witness is what nodes of a cloud say of a fault that a machine beside it keeps for
// another node.
type Witness struct {
	ID    string // of the fault on its node
	Node  string // that it was aimed at
	Run   string
	Owner string   // user@host
	By    []string // the nodes that say so, in their order
	Runs  bool     // the run still has one of them
}

// String says who did it, and who says so.
func (w Witness) String() string {
	return fmt.Sprintf("fault %s of %s (run %s), as %s can tell", w.ID, w.Owner, w.Run, strings.Join(w.By, ", "))
}

const (
	// believedFor is how long nodes bear witness beyond the fault's own end: whoever
	// kept it has given the power back by then, or is lost.
	believedFor = time.Hour
	// askWitness bounds asking a node.
	askWitness = 10 * time.Second
)

// Witnesses asks the nodes, and returns what they say in the order of ids. A node that
// gives no answer says nothing.
func Witnesses(ctx context.Context, runner remote.Runner, nodes []string) []Witness {
	told := map[string]*Witness{}
	for n, a := range askWitnesses(ctx, runner, nodes, askWitness, "list") {
		for _, value := range a.all("witness") {
			fields := strings.SplitN(value, " ", 5)
			if len(fields) < 5 {
				continue
			}
			w := told[fields[0]]
			if w == nil {
				w = &Witness{ID: fields[0], Node: fields[1], Run: fields[3], Owner: fields[4]}
				told[w.ID] = w
			}
			w.By = append(w.By, nodes[n])
			w.Runs = w.Runs || fields[2] == "on"
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

func askWitnesses(ctx context.Context, runner remote.Runner, nodes []string, within time.Duration, args ...string) []answer {
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

// witnessed tells the other nodes what is about to be done. That one of them cannot be
// told is no reason against it: who keeps the fault does not need them.
func (i *Injection) witnessed(ctx context.Context, m *member) {
	timing := i.spec.Timing
	askWitnesses(ctx, i.life.deps.Runner, i.witnesses(m), timing.Lease/6,
		"tell", m.target.ID, milliseconds(timing.TTL+believedFor), m.target.Node.Name, i.life.run.ID, i.life.run.Owner)
}

// forgotten lets them forget it, once it is proven undone.
func (i *Injection) forgotten(ctx context.Context, m *member) {
	askWitnesses(ctx, i.life.deps.Runner, i.witnesses(m), i.spec.Timing.Lease/6, "dismiss", m.target.ID)
}

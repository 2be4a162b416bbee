package faults

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Healed is what heal or halt did on one node. They need nothing but the
// inventory and a key: what to undo stands on the node.
type Healed struct {
	Node   string
	Err    error    // the node gave no answer, so nothing is known of it
	Undone []string // ids of faults that are undone and verified
	// ForGood says of the faults that are over and that nothing takes back why,
	// each with its id.
	ForGood []string
	Left    []string         // ids of faults whose undo could not be verified in time
	Removed []string         // residue of no fault, that was taken away
	Remedy  []string         // exact shell commands for a person, one for each of Left
	Remains []record.Residue // of no fault, and could not be taken away
	Halted  bool             // injection is forbidden on the node until heal; false: that could not be written
	Forgets bool             // the halt could be written to /run alone, and ends when the node boots
}

// OK reports that nothing is left on the node, and that this is known.
func (h Healed) OK() bool { return h.Err == nil && len(h.Left)+len(h.Remains) == 0 }

// Heal undoes every fault on the nodes and waits up to patience for each node
// to verify it. It ends a halt. Results come in the order of nodes.
func Heal(ctx context.Context, runner remote.Runner, nodes []string, patience time.Duration) []Healed {
	return healAll(ctx, runner, nodes, "heal", "", patience)
}

// Halt forbids injection on the nodes, with the reason, then undoes every
// fault as Heal does. Runs that are under way see it at their next renewal.
func Halt(ctx context.Context, runner remote.Runner, nodes []string, reason string, patience time.Duration) []Healed {
	return healAll(ctx, runner, nodes, "halt", reason, patience)
}

func healAll(ctx context.Context, runner remote.Runner, nodes []string, by, reason string, patience time.Duration) []Healed {
	healed := make([]Healed, len(nodes))
	var group sync.WaitGroup
	for n, node := range nodes {
		group.Go(func() { healed[n] = healNode(ctx, runner, node, by, reason, patience) })
	}
	group.Wait()
	return healed
}

func healNode(ctx context.Context, runner remote.Runner, node, by, reason string, patience time.Duration) Healed {
	result := runner.Run(ctx, node, remote.Command{
		Script: script.Heal(), Args: []string{by, strconv.Itoa(int(patience.Seconds())), reason},
		Root: true, Timeout: patience + 60*time.Second, MaxOutput: 1 << 20,
	})
	h := Healed{Node: node, Err: failure(result)}
	a := parse(result.Stdout)
	places := a.all("halt")
	h.Halted, h.Forgets = len(places) > 0, !slices.Contains(places, "/var/lib/eris")
	h.Removed = a.all("removed")
	h.ForGood = a.all("irreversible")
	forGood := map[string]bool{}
	for _, fault := range h.ForGood {
		id, _, _ := strings.Cut(fault, " ")
		forGood[id] = true
	}
	left := map[string]bool{}
	for _, guard := range a.all("left") {
		id := idOf(guard)
		left[id] = true
		h.Left = append(h.Left, id)
		h.Remedy = append(h.Remedy, remedy(id))
	}
	for _, remains := range a.all("remains") {
		what, remedy, _ := strings.Cut(remains, "\t")
		h.Remains = append(h.Remains, record.Residue{Node: node, What: what, Remedy: remedy})
	}
	seen := map[string]bool{}
	for _, id := range a.all("fault") {
		if !seen[id] && !left[id] && !forGood[id] && h.Err == nil {
			h.Undone = append(h.Undone, id)
		}
		seen[id] = true
	}
	return h
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	driver "github.com/openstack-eris/eris/inventory/remote/power"
)

// site is where heal, halt and doctor work: the cloud's nodes, and the faults that
// this machine keeps.
type site struct {
	cloud   *inventory.Cloud
	nodes   remote.Runner
	keepers outside.Keepers
	names   []string
}

// heal gives power back first: a node without it cannot be asked. What an API is asked
// for comes last, since what is healed on a node may be what that API needs.
func (s site) heal(ctx context.Context, w io.Writer, patience time.Duration) error {
	s.listen(ctx)
	var healed []faults.Healed
	end := s.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Heal(ctx, s.cloud, s.names, patience)
	}, func() error {
		healed = faults.Heal(ctx, s.nodes, s.names, patience)
		return sayHealed(w, healed, "healed")
	})
	s.forget(ctx, healed)
	return end
}

// halt is written on all nodes at once, and what this machine keeps is ended beside it: no
// power that is given back is waited for. Nodes that gave no answer then are asked again.
func (s site) halt(ctx context.Context, w io.Writer, reason string, patience time.Duration) error {
	first := make(chan []faults.Healed, 1)
	go func() { first <- faults.Halt(ctx, s.nodes, s.names, reason, patience) }()
	s.listen(ctx)
	var halted []faults.Healed
	end := s.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Halt(ctx, s.cloud, s.names, reason, patience)
	}, func() error {
		halted = s.haltSilent(ctx, <-first, reason, patience)
		return sayHalted(w, halted)
	})
	s.forget(ctx, halted)
	return end
}

// haltSilent halts the nodes that gave no answer once more: their power may be back.
func (s site) haltSilent(ctx context.Context, halted []faults.Healed, reason string, patience time.Duration) []faults.Healed {
	var silent []string
	for _, h := range halted {
		if h.Err != nil {
			silent = append(silent, h.Node)
		}
	}
	for _, again := range faults.Halt(ctx, s.nodes, silent, reason, patience) {
		at := slices.IndexFunc(halted, func(h faults.Healed) bool { return h.Node == again.Node })
		halted[at] = again
	}
	return halted
}

// listen lets the keepers know what the nodes of the cloud bear witness of.
func (s site) listen(ctx context.Context) {
	told := faults.Witnesses(ctx, s.nodes, nodeNames(s.cloud))
	for _, k := range s.keepers {
		k.Told = told
	}
}

// forget has the nodes forget what is over: of whose run no node is any more, and whose
// node has its power and nothing left on it.
func (s site) forget(ctx context.Context, healed []faults.Healed) {
	everyone := nodeNames(s.cloud)
	var over []string
	for _, w := range faults.Witnesses(ctx, s.nodes, everyone) {
		well := slices.ContainsFunc(healed, func(h faults.Healed) bool { return h.Node == w.Node && h.OK() })
		if node := s.cloud.NodeByName(w.Node); well && !w.Runs && node != nil && power.StateOf(ctx, node) == driver.On {
			over = append(over, w.ID)
		}
	}
	faults.Dismiss(ctx, s.nodes, everyone, over)
}

func (s site) doctor(ctx context.Context, w io.Writer) error {
	s.listen(ctx)
	return s.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		left, err := k.Doctor(ctx, s.cloud, s.names)
		return nil, left, err
	}, func() error { return sayDiagnosis(w, faults.Doctor(ctx, s.nodes, s.names)) })
}

// around does something with the keepers that the nodes need, with the nodes, and
// with the other keepers, and prints what came of each.
func (s site) around(w io.Writer, kept func(k *outside.Keeper) (undone []string, left []outside.Left, err error), nodes func() error) (end error) {
	for _, first := range []bool{true, false} {
		for _, k := range s.keepers {
			if words := k.Family.Words(); words.First == first {
				undone, left, err := kept(k)
				end = worst(end, sayKept(w, words, undone, left, err))
				if reticent, is := k.Family.(outside.Reticent); is {
					if why := reticent.Unasked(s.cloud); why != "" {
						fmt.Fprintf(w, "%s faults: %s\n", words.Family, why)
					}
				}
			}
		}
		if first {
			end = worst(end, nodes())
		}
	}
	return end
}

// sayKept prints what was done about a family's faults, and what is left of them.
func sayKept(w io.Writer, words outside.Words, undone []string, left []outside.Left, err error) error {
	for _, id := range undone {
		fmt.Fprintf(w, "%s fault %s: undone, %s\n", words.Family, id, words.Undone)
	}
	for _, l := range left {
		fmt.Fprintf(w, "%s: %s\n    %s\n", l.Node, l.What, l.Remedy)
	}
	if err != nil {
		fmt.Fprintf(w, "%s faults: unknown: %v\n", words.Family, err)
	}
	if err != nil || len(left) > 0 {
		return &exitError{code: exitUnverified, err: errors.New(words.Doubt)}
	}
	return nil
}

// worst is the first of two ends that is not a good one.
func worst(one, two error) error {
	if one != nil {
		return one
	}
	return two
}

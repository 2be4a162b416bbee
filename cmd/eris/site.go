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
	defer s.listen(ctx)()
	return s.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Heal(ctx, s.cloud, s.names, patience)
	}, func() error { return sayHealed(w, faults.Heal(ctx, s.nodes, s.names, patience), "healed") })
}

func (s site) halt(ctx context.Context, w io.Writer, reason string, patience time.Duration) error {
	defer s.listen(ctx)()
	return s.around(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Halt(ctx, s.cloud, s.names, reason, patience)
	}, func() error { return sayHalted(w, faults.Halt(ctx, s.nodes, s.names, reason, patience)) })
}

// listen lets the keepers know what the nodes of the cloud bear witness of. What it
// returns has the nodes forget what is over: of whose run no node is any more, and on
// whose node the power was found.
func (s site) listen(ctx context.Context) (forget func()) {
	everyone := nodeNames(s.cloud)
	told := faults.Witnesses(ctx, s.nodes, everyone)
	for _, k := range s.keepers {
		k.Told = told
	}
	return func() {
		var over []string
		for _, w := range told {
			node := s.cloud.NodeByName(w.Node)
			if node != nil && !w.Runs && slices.Contains(s.names, w.Node) && power.StateOf(ctx, node) == driver.On {
				over = append(over, w.ID)
			}
		}
		faults.Dismiss(ctx, s.nodes, everyone, over)
	}
}

func (s site) doctor(ctx context.Context, w io.Writer) error {
	_ = s.listen(ctx) // it changes nothing
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

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// site is where heal, halt and doctor work: the cloud's nodes, and the faults that
// this machine keeps.
type site struct {
	cloud   *inventory.Cloud
	nodes   remote.Runner
	keepers outside.Keepers
	names   []string
}

// heal gives power back first: a node without it cannot be asked.
func (s site) heal(ctx context.Context, w io.Writer, patience time.Duration) error {
	kept := s.kept(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Heal(ctx, s.cloud, s.names, patience)
	})
	return worst(kept, sayHealed(w, faults.Heal(ctx, s.nodes, s.names, patience), "healed"))
}

func (s site) halt(ctx context.Context, w io.Writer, reason string, patience time.Duration) error {
	kept := s.kept(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		return k.Halt(ctx, s.cloud, s.names, reason, patience)
	})
	return worst(kept, sayHealed(w, faults.Halt(ctx, s.nodes, s.names, reason, patience), "halted"))
}

func (s site) doctor(ctx context.Context, w io.Writer) error {
	kept := s.kept(w, func(k *outside.Keeper) ([]string, []outside.Left, error) {
		left, err := k.Doctor(ctx, s.cloud, s.names)
		return nil, left, err
	})
	return worst(kept, sayDiagnosis(w, faults.Doctor(ctx, s.nodes, s.names)))
}

// kept does something with every keeper, and prints what came of it.
func (s site) kept(w io.Writer, do func(k *outside.Keeper) (undone []string, left []outside.Left, err error)) (end error) {
	for _, k := range s.keepers {
		undone, left, err := do(k)
		end = worst(end, sayKept(w, k.Family.Words(), undone, left, err))
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
		fmt.Fprintf(w, "%s faults of this machine: unknown: %v\n", words.Family, err)
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

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// site is where heal, halt and doctor work: the cloud's nodes, and the power
// faults that this machine keeps.
type site struct {
	cloud  *inventory.Cloud
	nodes  remote.Runner
	keeper *power.Keeper
	names  []string
}

// heal gives power back first: a node without it cannot be asked.
func (s site) heal(ctx context.Context, w io.Writer, patience time.Duration) error {
	undone, left, err := s.keeper.Heal(ctx, s.cloud, s.names, patience)
	powered := sayPower(w, undone, left, err)
	return worst(powered, sayHealed(w, faults.Heal(ctx, s.nodes, s.names, patience), "healed"))
}

func (s site) halt(ctx context.Context, w io.Writer, reason string, patience time.Duration) error {
	undone, left, err := s.keeper.Halt(ctx, s.cloud, s.names, reason, patience)
	powered := sayPower(w, undone, left, err)
	return worst(powered, sayHealed(w, faults.Halt(ctx, s.nodes, s.names, reason, patience), "halted"))
}

func (s site) doctor(ctx context.Context, w io.Writer) error {
	left, err := s.keeper.Doctor(ctx, s.cloud, s.names)
	powered := sayPower(w, nil, left, err)
	return worst(powered, sayDiagnosis(w, faults.Doctor(ctx, s.nodes, s.names)))
}

// sayPower prints what was done about power faults, and what is left of them.
func sayPower(w io.Writer, undone []string, left []power.Left, err error) error {
	for _, id := range undone {
		fmt.Fprintf(w, "power fault %s: undone, its node's power is on\n", id)
	}
	for _, l := range left {
		fmt.Fprintf(w, "%s: %s\n    %s\n", l.Node, l.What, l.Remedy)
	}
	if err != nil {
		fmt.Fprintf(w, "power faults of this machine: unknown: %v\n", err)
	}
	if err != nil || len(left) > 0 {
		return &exitError{code: exitUnverified, err: errors.New("not every node is known to have its power")}
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

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/testenv/lab"
)

func newHealCommand() *cobra.Command {
	var where cloudFlag
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "heal [RUN]",
		Short: "Undo every fault that is left on the cloud's nodes, and end a halt",
		Long: `Undo every fault that is left on the cloud's nodes, and end a halt.

It needs the inventory and a key, and nothing of the run that made the faults:
what to undo stands on each node. With RUN, a run's directory, only the nodes
that it touched are healed, and what became of its faults is told; a run on
another cloud is refused. What cannot be undone in time is printed with the
commands for a person; then, and where one of the run's targets is not known to
be undone, the exit code is 6.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onNodes(cmd, where, func(ctx context.Context, on site) error {
				if len(args) == 0 {
					return on.heal(ctx, cmd.OutOrStdout(), patience)
				}
				return healRun(ctx, cmd.OutOrStdout(), on, args[0], patience)
			})
		},
	}
	where.registerNamed(cmd)
	registerLength(cmd, &patience, "patience", time.Minute, "how long a node may take to verify an undo")
	return cmd
}

// healRun heals the nodes that a run's faults were aimed at, and says what the
// nodes tell of those whose end the run did not see.
func healRun(ctx context.Context, w io.Writer, on site, dir string, patience time.Duration) error {
	rec, err := reports.Load(dir)
	if err != nil {
		return refuse(err, "RUN is a directory such as runs/latest")
	}
	if err := sameCloud(rec.Meta.Cloud, on.cloud.Name); err != nil {
		return err
	}
	var names []string
	for _, fault := range rec.Meta.Faults {
		for _, target := range fault.Targets {
			names = append(names, target.Node)
		}
	}
	slices.Sort(names)
	on.names = slices.Compact(names)
	healed := on.heal(ctx, w, patience)
	return worst(healed, sayAfterwards(w, faults.Afterwards(ctx, rec.Events, on.nodes, on.keepers)))
}

// sayAfterwards prints what the nodes tell of the targets whose end a run did not
// see. What is not known to be undone is not healed.
func sayAfterwards(w io.Writer, told []faults.Aftermath) error {
	open := 0
	for _, target := range told {
		if target.State != record.Undone {
			open++
		}
		fmt.Fprintln(w, target)
	}
	if open > 0 {
		return &exitError{code: exitUnverified, err: fmt.Errorf("%d of the run's targets are not known to be undone", open)}
	}
	return nil
}

func newHaltCommand() *cobra.Command {
	var where cloudFlag
	var patience time.Duration
	var reason string
	cmd := &cobra.Command{
		Use:   "halt --reason TEXT",
		Short: "Stop everything now: forbid injection on the nodes and undo every fault",
		Long: `Stop everything now: forbid injection on the nodes and undo every fault. Runs
that are under way see it at their next renewal and end. Nothing is injected on
these nodes again until eris heal.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if reason == "" {
				return refuse(errors.New("a halt needs a reason"), "eris halt --reason 'why'")
			}
			return onNodes(cmd, where, func(ctx context.Context, on site) error {
				return on.halt(ctx, cmd.OutOrStdout(), reason, patience)
			})
		},
	}
	where.registerNamed(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why; it stands on every node until eris heal")
	registerLength(cmd, &patience, "patience", time.Minute, "how long a node may take to verify an undo")
	return cmd
}

// sayHealed prints a line a node and what is left for a person to do.
func sayHealed(w io.Writer, nodes []faults.Healed, done string) error {
	left := 0
	for _, h := range nodes {
		if h.Err != nil {
			left++
			fmt.Fprintf(w, "%s: unknown: %v\n", h.Node, h.Err)
			continue
		}
		fmt.Fprintf(w, "%s: %s, %d undone and verified, %d left\n", h.Node, done, len(h.Undone), len(h.Left)+len(h.Remains))
		for _, what := range h.ForGood {
			fmt.Fprintf(w, "  irreversible, and not taken back: %s\n", what)
		}
		for _, what := range h.Removed {
			fmt.Fprintf(w, "  removed %s\n", what)
		}
		for i, id := range h.Left {
			left++
			fmt.Fprintf(w, "  fault %s could not be verified; on %s, as root:\n    %s\n", id, h.Node, h.Remedy[i])
		}
		for _, r := range h.Remains {
			left++
			fmt.Fprintf(w, "  %s could not be removed; on %s, as root:\n    %s\n", r.What, h.Node, r.Remedy)
		}
	}
	if left > 0 {
		return &exitError{code: exitUnverified, err: errors.New("not everything is known to be undone")}
	}
	return nil
}

// sayHalted prints what a halt has undone, and where it does not hold, or not for long.
func sayHalted(w io.Writer, nodes []faults.Healed) error {
	end := sayHealed(w, nodes, "halted")
	for _, h := range nodes {
		switch {
		case h.Err != nil:
		case !h.Halted:
			fmt.Fprintf(w, "%s: is NOT halted: neither /run/eris nor /var/lib/eris could be written\n", h.Node)
			end = worst(end, &exitError{code: exitUnverified, err: errors.New("not every node is halted")})
		case h.Forgets:
			fmt.Fprintf(w, "%s: the halt ends with the next boot of the node: /var/lib/eris could not be written\n", h.Node)
		}
	}
	return end
}

// onNodes opens the cloud that is named, and its nodes, for a command that works on
// all of them, and says which cloud that is.
func onNodes(cmd *cobra.Command, where cloudFlag, work func(context.Context, site) error) error {
	if err := where.named(); err != nil {
		return err
	}
	ctx := cmd.Context()
	cloud, err := where.open(ctx, 1)
	if err != nil {
		return err
	}
	defer func() { _ = cloud.Close() }() // the embedded cloud goes with the process
	fmt.Fprintln(cmd.ErrOrStderr(), cloud)
	pool, err := remote.NewPool(cloud.Cloud, remote.Options{Local: local.Machine{Network: lab.OuterNetwork()}})
	if err != nil {
		return refuse(err, "")
	}
	defer func() { _ = pool.Close() }() // nothing was written that closing could lose
	return work(ctx, site{cloud: cloud.Cloud, nodes: pool, keepers: newKeepers(), names: nodeNames(cloud.Cloud)})
}

func nodeNames(cloud *inventory.Cloud) []string {
	var names []string
	for _, node := range cloud.All() {
		names = append(names, node.Name)
	}
	return names
}

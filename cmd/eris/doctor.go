package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/faults"
)

func newDoctorCommand() *cobra.Command {
	var where cloudFlag
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Scan the cloud's nodes for anything that Eris left behind; touches nothing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onNodes(cmd, where, func(ctx context.Context, on site) error {
				return on.doctor(ctx, cmd.OutOrStdout())
			})
		},
	}
	where.registerNamed(cmd)
	return cmd
}

// sayDiagnosis prints a line a node, what was left there with the commands that
// remove it, and what nodes undid by themselves while nobody looked.
func sayDiagnosis(w io.Writer, nodes []faults.Diagnosis) error {
	clean, left := true, false
	for _, d := range nodes {
		clean, left = clean && d.Clean(), left || d.Err != nil || len(d.Residue) > 0
		switch {
		case d.Err != nil:
			fmt.Fprintf(w, "%s: unknown: %v\n", d.Node, d.Err)
		case d.Clean():
			fmt.Fprintf(w, "%s: clean\n", d.Node)
		case len(d.Residue) == 0:
			fmt.Fprintf(w, "%s: nothing left behind\n", d.Node)
		default:
			fmt.Fprintf(w, "%s: %d left behind\n", d.Node, len(d.Residue))
		}
		if d.Halt != "" {
			fmt.Fprintf(w, "  halted: %s (eris heal ends it)\n", d.Halt)
		}
		if d.Claim != nil {
			fmt.Fprintf(w, "  in use: %v\n", d.Claim)
		}
		for _, r := range d.Residue {
			fmt.Fprintf(w, "  %s\n    %s\n", r.What, r.Remedy)
		}
		for _, past := range d.Past {
			sayPast(w, past)
		}
	}
	switch {
	case left:
		return &exitError{code: exitUnverified, err: errors.New("something is left behind, or a node could not be asked"), hint: "eris heal undoes it"}
	case !clean:
		return &exitError{code: exitUnverified, err: errors.New("nothing is left behind, and no fault can be made where it is halted"), hint: "eris heal ends the halt"}
	}
	return nil
}

// sayPast tells of a fault that a node undid by itself.
func sayPast(w io.Writer, past faults.Past) {
	fmt.Fprintf(w, "  fault %s is over:", past.ID)
	for _, s := range past.Stamps {
		at := time.Unix(0, int64(s.Node)).UTC().Format("15:04:05.000")
		fmt.Fprintf(w, " %s %s", at, s.Event)
		if s.By != "" && s.By != "-" {
			fmt.Fprintf(w, " by %s", s.By)
		}
	}
	fmt.Fprintln(w)
}

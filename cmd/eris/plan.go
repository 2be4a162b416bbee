package main

import (
	"io"

	"github.com/spf13/cobra"
)

func newPlanCommand() *cobra.Command {
	var flags planFlags
	var asJSON, privileges bool
	var out string
	cmd := &cobra.Command{
		Use:   "plan {SCENARIO | --fault SENTENCE}",
		Short: "Show what would be done to which node, when, and why the budget admits it",
		Long: `Show what would be done to which node, when, and why the redundancy budget
admits it. Nothing is touched and no node is asked: what is down for real is
seen when the scenario is run. An earlier run that an objective asks for and that
has no figures is named.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.wants(args); err != nil {
				return err
			}
			cloud, err := flags.where.open(cmd.Context(), flags.seed)
			if err != nil {
				return err
			}
			defer func() { _ = cloud.Close() }() // the embedded cloud goes with the process
			plan, err := flags.build(args, cloud.Cloud)
			if err != nil {
				return err
			}
			compared(cmd.ErrOrStderr(), plan, out)
			var shown shownDocument = plan
			if privileges {
				if shown, err = plan.Privileges(); err != nil {
					return err
				}
			}
			if asJSON {
				return shown.JSON(cmd.OutOrStdout())
			}
			return shown.Print(cmd.OutOrStdout())
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&out, "out", "runs", "directory of the runs that objectives compare with")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().BoolVar(&privileges, "privileges", false, "in place of the plan, what has to be granted for it: root on which nodes, sudoers, management controllers, OpenStack roles")
	return cmd
}

// shownDocument is what can be shown to people and to programs.
type shownDocument interface {
	Print(w io.Writer) error
	JSON(w io.Writer) error
}

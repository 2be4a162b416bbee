package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// streams are where a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// execute runs the command line and returns the exit code. Errors that cobra
// finds itself (unknown command or flag, wrong number of arguments) are usage
// errors.
func execute(ctx context.Context, args []string, io streams) int {
	own := &secrets{}
	if err := own.Take(influxToken, workerToken); err != nil {
		return report(io.err, err)
	}
	root := newRootCommand(own)
	root.SetArgs(args)
	root.SetIn(io.in)
	root.SetOut(io.out)
	root.SetErr(io.err)
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	err := root.ExecuteContext(ctx)
	if err != nil && !started {
		err = refuse(err, "see eris --help")
	}
	return report(io.err, err)
}

func newRootCommand(own *secrets) *cobra.Command {
	root := &cobra.Command{
		Use:   "eris",
		Short: "Break an OpenStack cloud on purpose, inside its declared redundancy, and measure what it kept",
		Long: `Eris breaks an OpenStack cloud on purpose, under load, inside the redundancy
that its operator declared, and says with numbers whether the cloud kept its
promises. Without an inventory it runs on an embedded simulated cloud, where
nothing can be destroyed; what looks after a cloud (heal, halt, doctor,
cleanup) wants one that is named.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(
		newRunCommand(own), newPlanCommand(), newRehearseCommand(own), newCheckCommand(),
		telling("reading and judging the record", newReportCommand()), telling("reading and judging the records", newCompareCommand()),
		telling("reading and judging the records", newGapsCommand()), telling("reading and judging the records, and making their pages", newPublishCommand()),
		newImportCommand(), telling("undoing what is left on the nodes", newHealCommand()), telling("halting the nodes", newHaltCommand()),
		telling("asking the nodes", newDoctorCommand()), telling("looking for what is left, and removing it", newCleanupCommand()),
		newListCommand(), newDescribeCommand(),
		newLabCommand(), newSimcloudCommand(), newWorkerCommand(own), newVersionCommand(), newGuardCommand(),
	)
	return root
}

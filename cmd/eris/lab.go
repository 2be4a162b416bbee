package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/testenv/lab"
)

func newLabCommand() *cobra.Command {
	options := &lab.Options{}
	command := &cobra.Command{
		Use:   "lab",
		Short: "A real cloud on this machine: systemd nodes with OpenStack, for trying and for tests",
		Long: `A lab is a cloud of real systemd nodes in containers on this machine, in a
network without an uplink. It needs root on Debian. Use it as an inventory with
-i lab, or -i lab:NAME.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := command.PersistentFlags()
	flags.StringVar(&options.Name, "name", "lab", "name of the lab; several can be up at once")
	flags.StringVar(&options.StateDir, "state", "/var/lib/eris/lab", "folder of the labs")
	flags.StringVar(&options.CacheDir, "cache", "/var/cache/eris", "folder of images and packages")
	flags.StringVar(&options.Definitions, "definitions", "", "folder with profiles and roles of your own, beside those built in (default: that of the lab)")
	command.AddCommand(newLabUpCommand(options), newLabProfilesCommand(options), newLabDownCommand(options), newLabResetCommand(options),
		newLabPauseCommand(options), newLabResumeCommand(options), newLabStatusCommand(options), newLabEnterCommand(options), newLabPruneCommand(options), newLabPowerCommand(options))
	return command
}

func newLabUpCommand(options *lab.Options) *cobra.Command {
	command := &cobra.Command{
		Use:   "up",
		Short: "Make the lab, or bring one that is there back to health",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			if err := lab.Up(cmd.Context(), *options); err != nil {
				return refuseLab(err, *options)
			}
			return showUse(cmd.Context(), cmd.OutOrStdout(), *options)
		},
	}
	command.Flags().StringVar(&options.Profile, "profile", "", fmt.Sprintf("what a new lab is, one of %v or of your own (default openstack)", lab.Profiles()))
	command.Flags().BoolVar(&options.Fresh, "fresh", false, "make the lab and its snapshot anew, whatever is there")
	addNoInstall(command, options)
	return command
}

// addNoInstall is for who wants to know first what is installed on this machine.
func addNoInstall(command *cobra.Command, options *lab.Options) {
	command.Flags().BoolVar(&options.ByHand, "no-install", false, "refuse a machine that lacks packages, and name them, instead of installing them")
}

func newLabResetCommand(options *lab.Options) *cobra.Command {
	command := &cobra.Command{
		Use:   "reset",
		Short: "Bring the lab back to its snapshot, in whatever state it is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			if err := lab.Reset(cmd.Context(), *options); err != nil {
				return refuseLab(err, *options)
			}
			return showUse(cmd.Context(), cmd.OutOrStdout(), *options)
		},
	}
	addNoInstall(command, options)
	return command
}

func newLabPauseCommand(options *lab.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "pause",
		Short: "Stop every process of the lab for a while; its memory stays as it is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			return refuse(lab.Pause(cmd.Context(), *options), "")
		},
	}
}

func newLabResumeCommand(options *lab.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "resume",
		Short: "Go on with a lab that was paused; `eris lab up` goes on and waits until it is healthy",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			return refuse(lab.Resume(cmd.Context(), *options), "")
		},
	}
}

func newLabDownCommand(options *lab.Options) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Take the lab away and leave nothing of it but the cached image",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			err := lab.Down(cmd.Context(), *options)
			if untouched(err) {
				return refuse(err, "")
			}
			return err
		},
	}
}

func newLabStatusCommand(options *lab.Options) *cobra.Command {
	asJSON, withSmoke := false, false
	command := &cobra.Command{
		Use:   "status",
		Short: "Read the health of every node and service of the lab",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return showLab(cmd.Context(), cmd.OutOrStdout(), *options, asJSON, withSmoke)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	command.Flags().BoolVar(&withSmoke, "smoke", false, "also boot a server, reach it through its floating IP, and delete it")
	return command
}

func newLabEnterCommand(options *lab.Options) *cobra.Command {
	command := &cobra.Command{
		Use:   "enter NODE [--] [COMMAND ARGS...]",
		Short: "Run a command as root on a node, or a shell",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			node, argv := args[0], args[1:]
			if len(argv) > 0 && argv[0] == "--" {
				argv = argv[1:]
			}
			err := lab.Enter(cmd.Context(), *options, node, argv,
				lab.Streams{In: cmd.InOrStdin(), Out: cmd.OutOrStdout(), Err: cmd.ErrOrStderr()})
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				return &exitError{code: exit.ExitCode()} // the command has said what it had to say
			}
			return refuse(err, "") // no such lab or node, or not root: nothing was run
		},
	}
	command.Flags().SetInterspersed(false) // what follows NODE belongs to the command
	return command
}

func newLabPruneCommand(options *lab.Options) *cobra.Command {
	all := false
	command := &cobra.Command{
		Use:   "prune",
		Short: "Remove the images and snapshots that no lab uses",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Progress = labProgress(cmd.ErrOrStderr())
			removed, err := lab.Prune(cmd.Context(), *options, all)
			if err != nil {
				return refuse(err, "")
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d removed\n", len(removed))
			return err
		},
	}
	command.Flags().BoolVar(&all, "all", false, "also those that the next `eris lab up` would use, and the packages that images were built of")
	return command
}

// untouched tells an error before which nothing was done, as on a machine that
// cannot carry a lab, so that there is nothing to take away.
func untouched(err error) bool {
	_, unfit := errors.AsType[*lab.Unfit](err)
	return unfit || slices.ContainsFunc([]error{lab.ErrNoSnapshot, lab.ErrOutdated, lab.ErrTaken, lab.ErrForeign, fs.ErrPermission},
		func(reason error) bool { return errors.Is(err, reason) })
}

// refuseLab is the failure to bring a lab up.
func refuseLab(err error, o lab.Options) error {
	if untouched(err) {
		return refuse(err, "")
	}
	if _, half := lab.Inventory(o); half == nil {
		return refuse(err, "the lab is set up: eris lab status says what is not well, eris lab up waits for it again; eris lab reset brings it back to its snapshot, eris lab up --fresh makes it anew, eris lab down takes it away")
	}
	return refuse(err, "eris lab down takes away what is there")
}

// showUse prints the status of a lab that was just brought up, and how it is
// used.
func showUse(ctx context.Context, w io.Writer, o lab.Options) error {
	shown := showLab(ctx, w, o, false, false)
	file, err := lab.Inventory(o)
	if err != nil {
		return err
	}
	try, err := lab.Try(o)
	if err != nil {
		return err
	}
	use := "lab"
	if o.Name != "lab" {
		use = "lab:" + o.Name
	}
	if _, err := fmt.Fprintf(w, "\ninventory: %s\n", file); err != nil {
		return err
	}
	if try == "" {
		return shown
	}
	if _, err := fmt.Fprintf(w, "try it:    eris run %s -i %s\n", try, use); err != nil {
		return err
	}
	return shown
}

// showLab prints the status and ends with exit 4 when it is not healthy.
func showLab(ctx context.Context, w io.Writer, o lab.Options, asJSON, withSmoke bool) error {
	status, err := lab.ReadStatus(ctx, o)
	if err != nil {
		return refuse(err, "")
	}
	if withSmoke {
		status.AddSmoke(lab.RunSmoke(ctx, o))
	}
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(status)
	} else {
		err = status.Write(w)
	}
	if err == nil && !status.Healthy {
		err = &exitError{code: exitUnknown}
	}
	return err
}

// labProgress prints each step with the seconds since the first.
func labProgress(w io.Writer) func(step, detail string) {
	started := time.Now()
	return func(step, detail string) {
		fmt.Fprintf(w, "%6.1f s  %-10s  %s\n", time.Since(started).Seconds(), step, detail)
	}
}

package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
)

// intoFlags are those of a result that is put on a run's axis.
type intoFlags struct {
	run     string
	offset  time.Duration
	noHooks bool
}

func (f *intoFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.run, "into", "", "the run on whose axis the results are put: a record is made that has both")
	cmd.Flags().DurationVar(&f.offset, "offset", 0, "with --into: how far the clock of Rally's machine was behind that of the run's; 0s says that they are the same")
	cmd.Flags().BoolVar(&f.noHooks, "without-hooks", false, "with --into: leave hooks out, such as one that has started the run itself")
}

// check refuses flags that mean nothing without --into.
func (f *intoFlags) check(cmd *cobra.Command) error {
	for _, name := range []string{"offset", "without-hooks"} {
		if f.run == "" && cmd.Flags().Changed(name) {
			return refuse(fmt.Errorf("--%s is given, and --into is not", name), "--into RUN puts the results on the axis of that run")
		}
	}
	return nil
}

// join makes a record of the run and of the results in the files.
func (f *intoFlags) join(cmd *cobra.Command, files []string, task, out string) (made string, err error) {
	run, err := record.Open(f.run)
	if err != nil {
		return "", refuse(err, "RUN is a directory such as runs/latest")
	}
	var sources []rally.Source
	for _, file := range files {
		source, err := readRally(cmd, file, task)
		if err != nil {
			return "", err
		}
		sources = append(sources, source)
	}
	how := rally.Joining{WithoutHooks: f.noHooks}
	if cmd.Flags().Changed("offset") {
		how.Offset = &f.offset
	}
	id, joined, err := rally.Join(out, run, sources, how)
	if refused := (*rally.RefusedError)(nil); errors.As(err, &refused) {
		return "", refuse(fmt.Errorf("%s: %w", f.run, err), refused.Hint)
	}
	if err != nil {
		return "", err
	}
	for _, each := range joined {
		sayJoined(cmd.ErrOrStderr(), each)
	}
	if how.Offset == nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "nobody has said how far the clock of Rally's machine was from the run's, so that no verdict is a pass: --offset says it, 0s where they are the same")
	}
	return filepath.Join(out, id), nil
}

// sayJoined tells what became of a result.
func sayJoined(w io.Writer, r record.JoinedResult) {
	as := "load " + r.Load
	if r.Load == "" {
		as = "left out"
	}
	fmt.Fprintf(w, "%s of %s: %s: %d of its arrivals began in the run's time", r.Workload, r.File, as, r.Arrivals)
	for _, part := range []struct {
		n    int64
		what string
	}{{r.Cut, "of them cut by its end"}, {r.Before, "before it left out"}, {r.After, "after it left out"}, {int64(len(r.Hooks)), "hooks as faults"}, {int64(r.HooksOut), "hooks left out"}} {
		if part.n > 0 {
			fmt.Fprintf(w, ", %d %s", part.n, part.what)
		}
	}
	fmt.Fprintln(w)
}

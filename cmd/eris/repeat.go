package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/scenarios"
)

// repeatMost bounds a set.
const repeatMost = 1000

// repeated runs the same plan again and again, each time with a record of its own in a
// set, which has each as soon as it begins. It goes on after an objective that failed and
// after what is unknown; what was stopped, refused or not proven healed ends it.
func (f *runFlags) repeated(ctx context.Context, cmd *cobra.Command, name string, build func() (*scenarios.Plan, error), pool *remote.Pool) error {
	dir, err := record.CreateSet(f.out, name, time.Now())
	if err != nil {
		return refuse(err, "--out DIR chooses another place")
	}
	var ids []string
	one := *f
	one.out, one.began = dir, func(id string) error {
		ids = append(ids, id)
		return record.WriteSet(dir, name, ids)
	}
	for n := 1; n <= f.repeat && err == nil && ctx.Err() == nil; n++ {
		if err = one.once(ctx, cmd, n, build, pool); goesOn(err) {
			err = nil
		}
	}
	if len(ids) == 0 {
		return errors.Join(err, os.Remove(dir))
	}
	err = gravest(err, f.concludeSet(cmd, dir))
	f.scraped.settled(codeOf(err))
	return err
}

// once is the nth repetition.
func (f *runFlags) once(ctx context.Context, cmd *cobra.Command, n int, build func() (*scenarios.Plan, error), pool *remote.Pool) error {
	plan, err := build()
	if err != nil {
		return err
	}
	if !f.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "repetition %d of %d\n", n, f.repeat)
	}
	run, err := f.execute(ctx, cmd, plan, pool)
	if run == "" {
		return err
	}
	return f.conclude(cmd, run, err)
}

// goesOn tells that nobody has to look after the cloud before the next repetition.
func goesOn(err error) bool {
	exit, judged := errors.AsType[*exitError](err)
	return judged && (exit.code == exitFailed || exit.code == exitUnknown)
}

// gravity orders exit codes.
func gravity(code int) int {
	return slices.Index([]int{exitPass, exitUsage, exitUnknown, exitFailed, exitStopped, exitInternal, exitUnverified}, code)
}

// gravest is why a set ended with what its repetitions come to; its exit code is the
// graver of the two: 6, 1, 5, 3, 4, 2.
func gravest(ended, set error) error {
	if gravity(codeOf(set)) <= gravity(codeOf(ended)) {
		return ended
	}
	var both []error
	for _, each := range []error{ended, set} {
		if exit, is := errors.AsType[*exitError](each); is {
			each = exit.err
		}
		both = append(both, each)
	}
	return &exitError{code: codeOf(set), err: errors.Join(both...)}
}

// codeOf is the exit code with which an error ends Eris.
func codeOf(err error) int { return report(io.Discard, err) }

// concludeSet says what the repetitions come to, and ends as the worst of them.
func (f *runFlags) concludeSet(cmd *cobra.Command, dir string) error {
	set, err := reports.OpenSet(dir)
	if err != nil {
		return err
	}
	over, err := set.Over()
	if err != nil {
		return err
	}
	summarize(over.WriteMarkdown, cmd.ErrOrStderr())
	switch {
	case f.asJSON:
		err = over.WriteJSON(cmd.OutOrStdout())
	case !f.quiet:
		err = over.WriteText(cmd.OutOrStdout())
	}
	if err != nil {
		return err
	}
	page, err := writeSetPage(dir, set)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d of %d repetitions; eris report %s; %s\n", over.Verdicts, len(over.Repetitions), f.repeat, dir, page)
	if over.Exit == exitPass {
		return nil
	}
	return &exitError{code: over.Exit}
}

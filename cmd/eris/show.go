package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// show displays the run on stderr while it goes on: a block that is redrawn on
// a terminal, plain lines elsewhere. The returned function ends it. Who scrapes the
// run's metrics sees the same.
func (f *runFlags) show(ctx context.Context, cmd *cobra.Command, rec *record.Writer, source *feed) (hide func()) {
	rec.Subscribe(source.event)
	f.scraped.of(source)
	if f.quiet {
		return func() {}
	}
	// The display outlives an interrupted run: what is undone is seen.
	ctx, done := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan error, 1)
	out := cmd.ErrOrStderr()
	file, isFile := out.(*os.File)
	if terminal := isFile && term.IsTerminal(int(file.Fd())); terminal && !f.plain && os.Getenv("TERM") != "dumb" {
		go func() { over <- live.Block(ctx, out, live.Colour(terminal, os.Getenv), source.snapshot) }()
	} else {
		plain := live.NewPlain(out)
		rec.Subscribe(plain.Event)
		go func() { over <- plain.Run(ctx, source.snapshot) }()
	}
	return func() {
		done()
		if err := <-over; err != nil { // no reason to stop a run
			fmt.Fprintf(cmd.ErrOrStderr(), "eris: %v\n", err)
		}
	}
}

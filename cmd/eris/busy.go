package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// When it is said that something still goes on: first, and again.
const (
	busyAfter = 2 * time.Second
	busyEvery = 10 * time.Second
)

// busy says on a line of its own, now and then, that something still goes on and for how long.
// What it returns ends that, and nothing is said after it.
func busy(w io.Writer, what string) (over func()) {
	began, done := time.Now(), make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		next := time.NewTimer(busyAfter)
		defer next.Stop()
		for {
			select {
			case <-next.C:
				fmt.Fprintf(w, "eris: %s, for %.0f s so far\n", what, time.Since(began).Seconds())
				next.Reset(busyEvery)
			case <-done:
				return
			}
		}
	})
	return sync.OnceFunc(func() {
		close(done)
		telling.Wait()
	})
}

// telling has a command that prints nothing until its end say what it does meanwhile.
func telling(what string, cmd *cobra.Command) *cobra.Command {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		defer busy(cmd.ErrOrStderr(), what)()
		return run(cmd, args)
	}
	return cmd
}

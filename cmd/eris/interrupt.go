package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// errInterrupted is the cause of a context that the first Ctrl-C cancelled.
var errInterrupted = errors.New("interrupted")

// interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP
// cancels. A second one ends the process at once with exit code 5: what is
// still armed on the nodes is undone there by its own timers.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-done:
			return
		}
		select {
		case <-signals:
			os.Exit(exitStopped) //nolint:forbidigo // the second Ctrl-C promises to wait for nothing
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}

package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/openstack-eris/eris/kpi"
)

// The exit codes, those of `eris run` for every command. Where several hold the order is unverified, internal,
// stopped, failed, unknown.
const (
	exitPass       = kpi.ExitPass
	exitInternal   = kpi.ExitInternal
	exitUsage      = kpi.ExitRefused // usage, scenario or inventory refused, or vetoed before any fault
	exitFailed     = kpi.ExitFail    // an objective failed
	exitUnknown    = kpi.ExitUnknown
	exitStopped    = kpi.ExitStopped   // stop condition, halt, Ctrl-C
	exitUnverified = kpi.ExitNotUndone // an undo was not verified
)

// exitError is an error that decides the exit code. A nil err ends quietly:
// what had to be said has been said.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// refuse makes an error of exit code 2.
func refuse(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &exitError{code: exitUsage, err: err, hint: hint}
}

// report writes the error as the user sees it and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exitPass
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		fmt.Fprintf(w, "eris: %v\n", err)
		return exitInternal
	}
	if exit.err != nil {
		fmt.Fprintf(w, "eris: %v\n", exit.err)
	}
	if exit.hint != "" {
		fmt.Fprintf(w, "      %s\n", exit.hint)
	}
	return exit.code
}

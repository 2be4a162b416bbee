package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Once runs one iteration of a workload, for steady-state checks: how it ended
// and how long it took, without the opening and the closing. ctx bounds it. A
// workload that cannot be opened has the outcome of the call that failed.
func Once(ctx context.Context, workload Workload, env Env) (o Outcome, took time.Duration) {
	session, err := workload.Open(ctx, env)
	if err != nil {
		return unopened(err), 0
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeMost)
		defer cancel()
		if err := session.Close(closing); err != nil && o.Class == record.OK {
			o.Class, o.Err = record.WrongResult, errors.Join(o.Err, fmt.Errorf("close workload: %w", err))
		}
	}()
	start := time.Now()
	o = session.Iterate(ctx, 0, Unrecorded{})
	return o, time.Since(start)
}

// unopened is the outcome of an Open that failed.
func unopened(err error) Outcome {
	o := Outcome{Class: Classify(err)}
	if called, ok := errors.AsType[*OpenError](err); ok {
		o = called.Outcome
	}
	o.Err = fmt.Errorf("open workload: %w", err)
	return o
}

// Unrecorded is a Recorder that keeps nothing.
type Unrecorded struct{}

// Operation is of nobody's interest.
func (Unrecorded) Operation(string) func(Outcome) { return func(Outcome) {} }

package main

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// counted is a workload that does nothing, and stops after so many.
type counted struct {
	most int64
	done atomic.Int64
	full func()
}

// Open returns the workload itself.
func (c *counted) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return c, nil }

// Iterate counts.
func (c *counted) Iterate(context.Context, int64, loadgen.Recorder) loadgen.Outcome {
	if c.done.Add(1) == c.most {
		c.full()
	}
	return loadgen.Outcome{}
}

// Close has nothing to close.
func (c *counted) Close(context.Context) error { return nil }

// countedRun runs so many operations in the closed model with everything that
// a run has: live figures, and a record on disk that is then removed.
func countedRun(ctx context.Context, count int64, workers int) (totals loadgen.Totals, err error) {
	work := &counted{most: count}
	spec := loadgen.DefaultSpec()
	spec.Concurrency = workers
	return recordedRun(ctx, work, spec, 0, func(r *loadgen.Runner) { work.full = r.Stop })
}

// recordedRun runs a workload for a while, or until it is stopped, with everything that a
// run has.
func recordedRun(ctx context.Context, work loadgen.Workload, spec loadgen.Spec, length time.Duration, opened func(*loadgen.Runner)) (totals loadgen.Totals, err error) {
	dir, err := os.MkdirTemp("", "eris-bench-*")
	if err != nil {
		return totals, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	clock := record.NewClock()
	writer, err := record.Create(dir, record.Meta{Scenario: "bench", Clock: clock})
	if err != nil {
		return totals, err
	}
	sink, err := writer.Load("bench")
	if err != nil {
		return totals, errors.Join(err, writer.Close())
	}
	load := loadgen.Load{Name: "bench", Workload: work, Spec: spec}
	if length > 0 {
		load.End = clock.Now() + length
	}
	runner, err := loadgen.Open(ctx, load, clock, sink)
	if err != nil {
		return totals, errors.Join(err, writer.Close())
	}
	opened(runner)
	totals, err = runner.Run(ctx)
	return totals, errors.Join(err, writer.Close())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// overheadRow: what the engine costs beside the work itself. The bare loop
// calls the same empty work, times it and counts it in a histogram. Rally runs its own
// empty work.
func overheadRow() row {
	return row{
		name: "overhead", what: "processor time and memory of an operation that does nothing, everything recorded and streamed to disk; beside it `rally task start` of as many of its Dummy.dummy as are worth waiting for",
		target: ">= 100 x Rally's iterations a processor-second",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			count, byRally := int64(2_000_000), 10_000
			if quick {
				count, byRally = 200_000, 1000
			}
			return measureOverhead(ctx, count, byRally)
		},
	}
}

func measureOverhead(ctx context.Context, count int64, byRally int) (lines []line, err error) {
	bare := cpu(func() { bareLoop(ctx, count) })
	engine := cpu(func() { _, err = countedRun(ctx, count, 1) })
	if err != nil {
		return nil, err
	}
	var ours memorySaid
	if err := ask(ctx, "memory", memoryArgs{count}, &ours); err != nil {
		return nil, err
	}
	each := func(d time.Duration) string { return fmt.Sprintf("%.0f ns", float64(d)/float64(count)) }
	perSecond := float64(count) / engine.Seconds()
	lines = []line{
		{what: "bare Go loop", value: each(bare), ratio: "1"},
		{"eris, closed model, one worker", each(engine), fmt.Sprintf("%.1f", float64(engine)/float64(bare)), beside},
	}
	if !rallyIsThere() {
		return append(lines, noRally()), nil
	}
	dir, err := os.MkdirTemp("", "eris-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := newRally(ctx, dir)
	if err != nil {
		return nil, err
	}
	used, mib, err := r.dummies(ctx, dir, byRally)
	if err != nil {
		return nil, err
	}
	theirs := float64(byRally) / used.Seconds()
	return append(lines,
		line{fmt.Sprintf("rally, %d iterations, concurrency 2", byRally), fmt.Sprintf("%.0f a processor-second, %.0f MiB", theirs, mib), "1", beside},
		line{fmt.Sprintf("eris, %d iterations", count), fmt.Sprintf("%.0f a processor-second, %.0f MiB", perSecond, ours.Resident),
			fmt.Sprintf("%.0f × the iterations, 1/%.0f of the memory", perSecond/theirs, mib/ours.Resident), judge(perSecond >= 100*theirs)},
	), nil
}

func bareLoop(ctx context.Context, count int64) {
	h := record.NewHistogram()
	var work loadgen.Session = &counted{most: count + 1}
	for n := range count {
		start := time.Now()
		work.Iterate(ctx, n, nil)
		h.Record(time.Since(start))
	}
}

// cpu is the processor time that the process spent on f.
func cpu(f func()) time.Duration {
	before := spent()
	f()
	return spent() - before
}

func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

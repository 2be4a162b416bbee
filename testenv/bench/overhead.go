package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// overheadRow: what the engine costs beside the work itself. The bare loop
// calls the same empty work, times it and counts it in a histogram.
func overheadRow() row {
	return row{
		name: "overhead", what: "CPU time of an operation that does nothing, everything recorded and streamed to disk",
		target: ">= 143,000 iterations a CPU-second (100 x Rally's best)",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			count := int64(2_000_000)
			if quick {
				count = 200_000
			}
			return measureOverhead(ctx, count)
		},
	}
}

// rallyBest is Rally's iterations of nothing a CPU-second. On two cores it
// took 7 to 12 CPU-seconds for 10,000; this is its best. Rally is not run here.
const rallyBest = 10_000.0 / 7

func measureOverhead(ctx context.Context, count int64) ([]line, error) {
	bare := cpu(func() { bareLoop(ctx, count) })
	var err error
	engine := cpu(func() { _, err = countedRun(ctx, count, 1) })
	if err != nil {
		return nil, err
	}
	each := func(d time.Duration) string { return fmt.Sprintf("%.0f ns", float64(d)/float64(count)) }
	perSecond := float64(count) / engine.Seconds()
	return []line{
		{what: "bare Go loop", value: each(bare), ratio: "1"},
		{"eris, closed model, one worker", each(engine), fmt.Sprintf("%.1f", float64(engine)/float64(bare)), beside},
		{"iterations a CPU-second against Rally's", fmt.Sprintf("%.0f", perSecond), fmt.Sprintf("%.0f", perSecond/rallyBest), judge(perSecond >= 100*rallyBest)},
	}, nil
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

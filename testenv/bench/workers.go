package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// workersRow: more workers than the server can serve change nothing but how long each waits.
// The server is a queue of a fixed rate in the same process, so that what is left is the
// engine, and whether its workers wait for one another.
func workersRow() row {
	return row{
		name: "workers", what: "the same run with 1, 10, 100 and 1,000 workers, everything recorded to disk, against a server that serves 2,000 a second, one at a time",
		target: "throughput within 5 %, waiting for locks of the engine < 1 % of the processor time",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			length := 10 * time.Second
			if quick {
				length = time.Second
			}
			return measureWorkers(ctx, length)
		},
	}
}

type workersArgs struct {
	Workers int
	For     time.Duration
}

type workersSaid struct {
	Rate    float64       // succeeded a second
	CPU     time.Duration // of the whole process
	Waiting time.Duration // of all goroutines together, for locks
}

func measureWorkers(ctx context.Context, length time.Duration) (lines []line, err error) {
	var first float64
	for _, n := range []int{1, 10, 100, 1000} {
		var said workersSaid
		if err := ask(ctx, "workers", workersArgs{n, length}, &said); err != nil {
			return nil, err
		}
		if n == 1 {
			first = said.Rate
		}
		waiting := said.Waiting.Seconds() / said.CPU.Seconds()
		lines = append(lines, line{
			fmt.Sprintf("%d workers", n), fmt.Sprintf("%.0f a second, %.2f %% of the processor time waiting for locks", said.Rate, 100*waiting),
			fmt.Sprintf("%.3f", said.Rate/first), judge(said.Rate > 0.95*first && said.Rate < 1.05*first && waiting < 0.01),
		})
	}
	return lines, nil
}

// served is what a server serves a second.
const served = 2000

// queue is a workload whose server serves one request at a time, each at its moment.
type queue struct{ turns chan struct{} }

// Open returns the workload itself.
func (q *queue) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return q, nil }

// Iterate waits for its turn.
func (q *queue) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	select {
	case <-q.turns:
		return loadgen.Outcome{}
	case <-ctx.Done():
		return loadgen.Outcome{Class: record.Aborted, Err: ctx.Err()}
	}
}

// Close has nothing to close.
func (q *queue) Close(context.Context) error { return nil }

// serve hands out turns by the clock: those that came due since it last looked.
func (q *queue) serve(ctx context.Context) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	began, given := time.Now(), 0
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		for due := int(time.Since(began).Seconds() * served); given < due; given++ {
			select {
			case q.turns <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}
}

func workersChild(ctx context.Context, args []byte, out io.Writer) error {
	var a workersArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	runtime.SetMutexProfileFraction(1)
	serving, stop := context.WithCancel(ctx)
	defer stop()
	q := &queue{turns: make(chan struct{})}
	go q.serve(serving)
	spec := loadgen.DefaultSpec()
	spec.Concurrency = a.Workers
	var totals loadgen.Totals
	var err error
	began := time.Now()
	used := cpu(func() { totals, err = recordedRun(ctx, q, spec, a.For, func(*loadgen.Runner) {}) })
	if err != nil {
		return err
	}
	took := time.Since(began) // what is in flight at the end is served, too
	if totals.Started-totals.Succeeded-totals.Aborted > 0 {
		return fmt.Errorf("some of %+v failed", totals)
	}
	waited, err := waitedForLocks()
	if err != nil {
		return err
	}
	return say(out, workersSaid{float64(totals.Succeeded) / took.Seconds(), used, waited})
}

// waitedForLocks is how long goroutines have waited for locks of the engine and the record,
// all together.
func waitedForLocks() (time.Duration, error) {
	var text bytes.Buffer
	if err := pprof.Lookup("mutex").WriteTo(&text, 0); err != nil {
		return 0, fmt.Errorf("read profile: %w", err)
	}
	p, err := profile.Parse(&text)
	if err != nil {
		return 0, fmt.Errorf("read profile: %w", err)
	}
	at := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == "delay" })
	if at < 0 {
		return 0, errors.New("read profile: it has no delays")
	}
	var waited time.Duration
	for _, s := range p.Sample {
		if who := holder(s); strings.HasPrefix(who, "github.com/openstack-eris/eris/") {
			waited += time.Duration(s.Value[at])
		}
	}
	return waited, nil
}

// holder is the function that let go of a lock for which others waited.
func holder(s *profile.Sample) string {
	for _, at := range s.Location { // the innermost first
		for _, l := range at.Line {
			if l.Function == nil {
				continue
			}
			if name := l.Function.Name; !strings.HasPrefix(name, "sync.") && !strings.HasPrefix(name, "internal/sync.") {
				return name
			}
		}
	}
	return ""
}

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
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// workersRow: more workers than the server can serve change nothing but how long each waits,
// and they do not wait for one another. The first server is a queue of a fixed rate in the same
// process, so that what is left is the engine; the second one is asked over HTTP, and its
// processor has work for each request, so that it is the limit and not who asks; the third one
// is asked over HTTP and has nothing to do, and the last is none at all, so that the engine
// runs as fast as it can. With these the limit is the machine, and what a wake-up costs there
// falls with how many wait, so that they are shown and not judged but by the locks.
func workersRow() row {
	return row{
		name: "workers", what: "the same run with 1, 10, 100 and 1,000 workers, everything recorded to disk: against a server that serves 2,000 a second, one at a time; against an HTTP server in another process over the loopback, whose one processor works for 0.2 ms on each request; against one that has nothing to do; and of a workload that does nothing, closed and open, as fast as it goes",
		target: "throughput within 5 % of that of 10 workers where the server is the limit, waiting for locks of the engine < 1 % of the processor time",
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
	By      string  // what is asked: queue, nothing, or a URL
	Rate    float64 // of the open model; 0: closed
}

type workersSaid struct {
	Rate    float64 // succeeded a second
	Count   int64
	CPU     time.Duration // of the whole process
	Waiting time.Duration // of all goroutines together, for locks
	For     string        // for which most
}

// enoughToFill is how many workers keep a server busy that is the limit: one has to wait for its
// answer's way.
const enoughToFill = 10

// eachServed is how long an HTTP server that is the limit works on a request: twenty times
// what the request costs who asks.
const eachServed = 200 * time.Microsecond

func measureWorkers(ctx context.Context, length time.Duration) (lines []line, err error) {
	several := func(what string, a workersArgs, limited bool) error {
		rates := map[int]float64{}
		var said []workersSaid
		many := []int{1, 10, 100, 1000}
		for _, a.Workers = range many {
			var one workersSaid
			if err := ask(ctx, "workers", a, &one); err != nil {
				return err
			}
			rates[a.Workers], said = one.Rate, append(said, one)
		}
		for n, workers := range many {
			one := said[n]
			waiting, ratio := one.Waiting.Seconds()/one.CPU.Seconds(), one.Rate/rates[enoughToFill]
			flat := !limited || workers < enoughToFill && a.By != "queue" || ratio > 0.95 && ratio < 1.05
			value := fmt.Sprintf("%.0f a second, %.2f %% of %.0f ns of processor time each waiting for locks", one.Rate, 100*waiting, one.CPU.Seconds()*1e9/float64(one.Count))
			if waiting >= 0.01 {
				value += ", most for " + one.For
			}
			compared := fmt.Sprintf("%.3f", ratio)
			if !limited {
				compared += ", not judged"
			}
			lines = append(lines, line{fmt.Sprintf("%s, %d workers", what, workers), value, compared, judge(flat && waiting < 0.01)})
		}
		return nil
	}
	if err := several("queue", workersArgs{For: length, By: "queue"}, true); err != nil {
		return nil, err
	}
	for _, each := range []time.Duration{eachServed, 0} {
		err = withServer(ctx, serverArgs{One: true, Each: each}, func(url string) error {
			what := fmt.Sprintf("HTTP, %v each", each)
			if each == 0 {
				what = "HTTP, at once"
			}
			return several(what, workersArgs{For: length, By: url}, each > 0)
		})
		if err != nil {
			return nil, err
		}
	}
	if err := several("nothing, closed", workersArgs{For: length, By: "nothing"}, false); err != nil {
		return nil, err
	}
	err = several("nothing, open", workersArgs{For: length, By: "nothing", Rate: openRate}, false)
	return lines, err
}

// openRate is the highest rate that a load may have.
const openRate = 1_000_000

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
	spec := loadgen.DefaultSpec()
	if a.Rate > 0 {
		spec.Arrivals, spec.Pool, spec.GiveUp = &loadgen.Arrivals{Rate: loadgen.Rate(a.Rate)}, a.Workers, time.Hour
	} else {
		spec.Concurrency = a.Workers
	}
	var totals loadgen.Totals
	var err error
	began := time.Now()
	used := cpu(func() { totals, err = recordedRun(ctx, a.workload(serving), spec, a.For, func(*loadgen.Runner) {}) })
	if err != nil {
		return err
	}
	took := time.Since(began) // what is in flight at the end is served, too
	if totals.Failed > 0 {
		return fmt.Errorf("some of %+v failed", totals)
	}
	waited, by, err := waitedForLocks()
	if err != nil {
		return err
	}
	return say(out, workersSaid{float64(totals.Succeeded) / took.Seconds(), totals.Succeeded, used, waited, by})
}

func (a workersArgs) workload(ctx context.Context) loadgen.Workload {
	switch a.By {
	case "queue":
		q := &queue{turns: make(chan struct{})}
		go q.serve(ctx)
		return q
	case "nothing":
		return &counted{}
	default:
		get := http.NewGet()
		get.URL, get.Fast, get.Expect = a.By, true, 200
		return get
	}
}

// waitedForLocks is how long goroutines have waited for locks of the engine and the record,
// all together, and for which function's most.
func waitedForLocks() (time.Duration, string, error) {
	var text bytes.Buffer
	if err := pprof.Lookup("mutex").WriteTo(&text, 0); err != nil {
		return 0, "", fmt.Errorf("read profile: %w", err)
	}
	p, err := profile.Parse(&text)
	if err != nil {
		return 0, "", fmt.Errorf("read profile: %w", err)
	}
	at := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == "delay" })
	if at < 0 {
		return 0, "", errors.New("read profile: it has no delays")
	}
	var waited time.Duration
	by, most := map[string]int64{}, ""
	for _, s := range p.Sample {
		if who, ours := strings.CutPrefix(holder(s), "github.com/openstack-eris/eris/"); ours {
			waited += time.Duration(s.Value[at])
			if by[who] += s.Value[at]; by[who] > by[most] {
				most = who
			}
		}
	}
	return waited, most, nil
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

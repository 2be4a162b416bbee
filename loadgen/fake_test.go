package loadgen_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a workload and its session: iterate is called for every arrival.
type fake struct {
	iterate func(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome
	closed  int
}

func (f *fake) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return f, nil }

func (f *fake) Iterate(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
	return f.iterate(ctx, n, rec)
}

func (f *fake) Close(context.Context) error { f.closed++; return nil }

// taking is a workload that takes d, or is aborted with its context.
func taking(d time.Duration) *fake {
	return &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
		return sleep(ctx, d)
	}}
}

func sleep(ctx context.Context, d time.Duration) loadgen.Outcome {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return loadgen.Outcome{}
	case <-ctx.Done():
		return failed(ctx)
	}
}

// failed classes a done context as the workloads do.
func failed(ctx context.Context) loadgen.Outcome {
	if ctx.Err() == context.DeadlineExceeded {
		return loadgen.Outcome{Class: record.Timeout, Err: ctx.Err()}
	}
	return loadgen.Outcome{Class: record.Aborted, Err: ctx.Err()}
}

// sink keeps samples.
type sink struct {
	mu      sync.Mutex
	samples []record.Sample
}

func (s *sink) Sample(sample record.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.samples = append(s.samples, sample)
}

func (s *sink) of(class record.Class) []record.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	var got []record.Sample
	for _, x := range s.samples {
		if x.Class == class && x.Operation == "" {
			got = append(got, x)
		}
	}
	return got
}

// histogram is the latencies of all samples of the given classes.
func (s *sink) histogram(classes ...record.Class) *record.Histogram {
	h := record.NewHistogram()
	for _, c := range classes {
		for _, x := range s.of(c) {
			h.Record(x.Latency())
		}
	}
	return h
}

func openLoad(rate loadgen.Rate, process loadgen.Process, w loadgen.Workload) loadgen.Load {
	spec := loadgen.DefaultSpec()
	spec.Arrivals = &loadgen.Arrivals{Rate: rate, Process: process}
	return loadgen.Load{Name: "tokens", Workload: w, Spec: spec, End: 20 * time.Second}
}

// consistent checks that every planned arrival is accounted for, once.
func consistent(t *testing.T, totals loadgen.Totals, s *sink) {
	t.Helper()
	require.Equal(t, totals.Planned, totals.Started+totals.Dropped, "planned = started + dropped")
	require.Equal(t, totals.Started, totals.Succeeded+totals.Failed+totals.Aborted, "started = succeeded + failed + aborted")
	seen := map[int64]bool{}
	for _, x := range s.samples {
		if x.Operation != "" {
			continue
		}
		require.False(t, seen[x.Iteration], "arrival %d is recorded twice", x.Iteration)
		seen[x.Iteration] = true
		require.LessOrEqual(t, x.Intended, x.Started)
		require.LessOrEqual(t, x.Started, x.End)
	}
	require.Len(t, seen, int(totals.Planned))
	for n := range totals.Planned {
		require.True(t, seen[n], "arrival %d is missing", n)
	}
}

package loadgen_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// stoppedAfter runs a load without an end, stops it and returns how long the
// stop took.
func stoppedAfter(t *testing.T, load loadgen.Load, clock record.Clock, s *sink, after time.Duration) (loadgen.Totals, time.Duration, error) {
	t.Helper()
	load.End = 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stopped time.Duration
	time.AfterFunc(after, func() { stopped = clock.Now(); cancel() })
	totals, err := loadgen.Run(ctx, load, clock, s)
	return totals, clock.Now() - stopped, err
}

func TestStopTakesLessThan100ms(t *testing.T) {
	closed := openLoad(10, loadgen.Constant, taking(10*time.Second))
	closed.Spec.Arrivals, closed.Spec.Concurrency = nil, 5
	for name, load := range map[string]loadgen.Load{
		"in flight": openLoad(10, loadgen.Constant, taking(10*time.Second)),
		"waiting":   openLoad(0.001, loadgen.Constant, taking(time.Millisecond)),
		"exhausted": openLoad(10_000, loadgen.Constant, taking(10*time.Second)),
		"closed":    closed,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock, s := record.NewClock(), &sink{}
				totals, took, err := stoppedAfter(t, load, clock, s, 5*time.Second)
				require.NoError(t, err)
				require.LessOrEqual(t, took, 100*time.Millisecond)
				consistent(t, totals, s)
				require.Positive(t, totals.Started)
			})
		})
	}
}

func TestStopLetsEndWhatEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(100, loadgen.Constant, taking(30*time.Millisecond))
		totals, _, err := stoppedAfter(t, load, clock, s, time.Second)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Zero(t, totals.Aborted)
		require.Equal(t, totals.Started, totals.Succeeded)
	})
}

func TestAWorkloadThatHeedsNothingIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		release := make(chan struct{})
		deaf := &fake{iterate: func(_ context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
			end := rec.Operation("deaf")
			<-release
			end(loadgen.Outcome{})
			return loadgen.Outcome{}
		}}
		load := openLoad(10, loadgen.Constant, deaf)
		load.Spec.Pool = 3
		totals, took, err := stoppedAfter(t, load, clock, s, 2*time.Second)
		require.ErrorContains(t, err, "of 3 iterations that were cut some did not end within 5s")
		require.InDelta(t, 5.08, took.Seconds(), 0.02, "it is stopped within 100 ms, and closed when nothing more is to be hoped")
		consistent(t, totals, s)
		require.Equal(t, int64(3), totals.Aborted)
		before := len(s.samples)
		close(release)
		synctest.Wait()
		require.Len(t, s.samples, before, "what was abandoned records nothing more")
		require.Equal(t, 1, deaf.closed)
	})
}

// On a busy machine an iteration is late to notice that it was cut: nothing is wrong
// with that, and its session is not closed under it.
func TestWhoIsLateToHeedIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		late := &fake{}
		ended := 0
		late.iterate = func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended++
			if late.closed > 0 {
				t.Error("closed before it had ended")
			}
			return loadgen.Outcome{}
		}
		load := openLoad(10, loadgen.Constant, late)
		load.Spec.Pool = 1
		totals, took, err := stoppedAfter(t, load, clock, s, 2*time.Second)
		require.NoError(t, err)
		require.InDelta(t, 1.04, took.Seconds(), 0.02)
		consistent(t, totals, s)
		require.Equal(t, int64(1), totals.Aborted)
		require.Equal(t, 1, ended)
		require.Equal(t, 1, late.closed)
	})
}

func TestAPanicEndsTheLoadAndNotTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		broken := &fake{iterate: func(_ context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
			if n == 3 {
				panic("index out of range")
			}
			return loadgen.Outcome{}
		}}
		totals, err := loadgen.Run(t.Context(), openLoad(10, loadgen.Constant, broken), clock, s)
		require.ErrorContains(t, err, "run load tokens: workload panicked: index out of range")
		consistent(t, totals, s)
		require.Less(t, clock.Now(), time.Second)
		require.Equal(t, int64(1), totals.Aborted)
	})
}

func TestStoppedBeforeItsStartALoadHasNoArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(10, loadgen.Constant, taking(time.Second))
		load.Start = time.Hour
		totals, _, err := stoppedAfter(t, load, clock, s, time.Second)
		require.NoError(t, err)
		require.Equal(t, loadgen.Totals{}, totals)
		require.Empty(t, s.samples)
	})
}

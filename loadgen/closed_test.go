package loadgen_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

func closedLoad(workers int, think time.Duration, w loadgen.Workload) loadgen.Load {
	spec := loadgen.DefaultSpec()
	spec.Concurrency, spec.Think = workers, think
	return loadgen.Load{Name: "boots", Workload: w, Spec: spec, Start: time.Second, End: 11 * time.Second}
}

func TestClosedModelThinksBetweenAnswerAndNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		totals, err := loadgen.Run(t.Context(), closedLoad(3, 300*time.Millisecond, taking(200*time.Millisecond)), clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Equal(t, loadgen.Totals{Planned: 60, Started: 60, Succeeded: 60}, totals, "3 workers, 10 s, every 0.5 s")
		for _, x := range s.samples {
			require.Equal(t, 200*time.Millisecond, x.Latency())
			require.Zero(t, (x.Started-time.Second)%(500*time.Millisecond))
		}
	})
}

func TestClosedModelWithoutThinkingStartsAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		totals, err := loadgen.Run(t.Context(), closedLoad(2, 0, taking(100*time.Millisecond)), clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Equal(t, int64(200), totals.Succeeded)
	})
}

// What a program tells of its tests keeps the times that it tells, and ends with its
// iteration.
func TestOperationsThatOthersTimedAreTakenAsTheyAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		var late loadgen.Recorder
		program := &fake{iterate: func(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
			began := time.Now()
			o := sleep(ctx, 4*time.Second)
			loadgen.Told(rec, "test_list", began.Add(time.Second), began.Add(3*time.Second), loadgen.Outcome{Class: record.WrongResult})
			late = rec
			return o
		}}
		load := closedLoad(1, 10*time.Second, program)
		_, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		loadgen.Told(late, "too late", time.Now(), time.Now(), loadgen.Outcome{})
		loadgen.Told(loadgen.Unrecorded{}, "nobody's", time.Now(), time.Now(), loadgen.Outcome{})
		require.Len(t, s.samples, 2)
		require.Equal(t, record.Sample{
			Operation: "test_list", Intended: 2 * time.Second, Started: 2 * time.Second, End: 4 * time.Second, Class: record.WrongResult,
		}, s.samples[0])
	})
}

func TestTheErrorOfAFailureReachesTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		because := func(text string) loadgen.Outcome {
			return loadgen.Outcome{Class: record.WrongResult, Err: errors.New(text)}
		}
		failing := &fake{iterate: func(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
			rec.Operation("boot")(because("it is not there"))
			loadgen.Told(rec, "test_list", time.Now(), time.Now(), because("it is not listed"))
			sleep(ctx, 10*time.Second)
			return because("it is not right")
		}}
		_, err := loadgen.Run(t.Context(), closedLoad(1, 10*time.Second, failing), clock, s)
		require.NoError(t, err)
		var said []string
		for _, x := range s.samples {
			said = append(said, x.Operation+": "+x.Err.Error())
		}
		require.Equal(t, []string{"boot: it is not there", "test_list: it is not listed", ": it is not right"}, said)
	})
}

func TestOperationsAreTimedInsideTheirIteration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		steps := &fake{iterate: func(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
			end := rec.Operation("boot")
			o := sleep(ctx, time.Second)
			end(o)
			end = rec.Operation("delete")
			o = sleep(ctx, 2*time.Second)
			if n == 1 {
				o = loadgen.Outcome{Class: record.HTTP5xx, Status: 503, RequestID: "req-1"}
			}
			end(o)
			return o
		}}
		load := closedLoad(1, time.Second, steps)
		load.End = 8 * time.Second
		_, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		require.Len(t, s.samples, 6)
		boot, remove, whole := s.samples[3], s.samples[4], s.samples[5]
		require.Equal(t, []any{"boot", int64(1), time.Second}, []any{boot.Operation, boot.Iteration, boot.Latency()})
		require.Equal(t, []any{"delete", 503, "req-1"}, []any{remove.Operation, remove.Status, remove.RequestID})
		require.Equal(t, []any{"", record.HTTP5xx, 3 * time.Second}, []any{whole.Operation, whole.Class, whole.Latency()})
	})
}

func TestGroupRunsLoadsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		group := loadgen.NewGroup(clock)
		first, second := taking(time.Millisecond), taking(time.Second)
		tokens, err := group.Add(t.Context(), openLoad(10, loadgen.Constant, first), &sink{})
		require.NoError(t, err)
		boots, err := group.Add(t.Context(), closedLoad(2, 0, second), &sink{})
		require.NoError(t, err)
		_, err = group.Add(t.Context(), closedLoad(2, 0, second), &sink{})
		require.ErrorContains(t, err, "there is one of that name")
		live, ok := group.Live("boots")
		require.True(t, ok)
		_, ok = live.InFlight()
		require.False(t, ok, "not known before the first arrival")

		var running sync.WaitGroup
		for _, r := range []*loadgen.Runner{tokens, boots} {
			running.Go(func() {
				if _, err := r.Run(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		require.Equal(t, int64(200), tokens.Live().Totals().Succeeded)
		require.Equal(t, int64(20), boots.Live().Totals().Succeeded)
		require.NoError(t, group.Close(t.Context()))
		require.Equal(t, []int{1, 1}, []int{first.closed, second.closed})
	})
}

func TestOnceOpensRunsAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := taking(time.Second)
		o, took := loadgen.Once(t.Context(), w, loadgen.Env{})
		require.Equal(t, record.OK, o.Class)
		require.Equal(t, time.Second, took)
		require.Equal(t, 1, w.closed)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		o, _ = loadgen.Once(ctx, w, loadgen.Env{})
		require.Equal(t, record.Timeout, o.Class)
	})
}

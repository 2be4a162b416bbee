package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// fakeWork takes a while, and fails while it is told to.
type fakeWork struct {
	takes   time.Duration
	spread  bool // every tenth iteration takes that, the ones before it less
	failing atomic.Bool
	stalls  atomic.Bool // nine of ten iterations do not end by themselves
	closed  atomic.Bool
}

func (w *fakeWork) Open(context.Context, loadgen.Env) (loadgen.Session, error) { return w, nil }

func (w *fakeWork) Iterate(ctx context.Context, iteration int64, _ loadgen.Recorder) loadgen.Outcome {
	takes := w.takes
	if w.spread {
		takes = w.takes * time.Duration(iteration%10+1) / 10
	}
	if w.stalls.Load() && iteration%10 != 0 {
		takes = time.Hour
	}
	if err := pause(ctx, takes); err != nil {
		return loadgen.Outcome{Class: record.Timeout, Err: err}
	}
	if w.failing.Load() {
		return loadgen.Outcome{Class: record.HTTP5xx, Status: 503, Err: errors.New("no healthy upstream")}
	}
	return loadgen.Outcome{Class: record.OK, Status: 201}
}

func (w *fakeWork) Close(context.Context) error {
	w.closed.Store(true)
	return nil
}

// measuring is a workload that measures something in each iteration.
type measuring struct {
	fakeWork
	env loadgen.Env
}

func (*measuring) Figures() []loadgen.FigureInfo {
	return []loadgen.FigureInfo{{Name: "fake.rate", Unit: "bytes/s", Labels: []string{"way"}}}
}

func (w *measuring) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	w.env = env
	return w, nil
}

func (w *measuring) Iterate(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
	o := w.fakeWork.Iterate(ctx, n, rec)
	w.env.Figure(loadgen.Figure{Name: "fake.rate", Value: float64(n), At: time.Now(), Labels: map[string]string{"way": "read"}})
	return o
}

// What loads measure beside times is in the record, on the run's axis.
func TestWhatLoadsMeasureIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Minute) // the run's axis is not the bubble's
		load := &scenarios.Load{Name: "disk", Kind: "fake", Workload: &measuring{fakeWork: fakeWork{takes: time.Second}}, Spec: loadgen.DefaultSpec()}
		load.Spec.Arrivals = &loadgen.Arrivals{Rate: 0.1}
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}})
		require.NoError(t, s.Record.Event(record.Event{Started: &record.RunStarted{Run: s.Record.ID(), Scenario: "demo"}}))
		s.whole(t.Context(), t)
		require.NoError(t, s.Record.Close())
		run, err := record.Open(s.Record.Dir())
		require.NoError(t, err)
		var got []record.Reading
		for r, err := range run.SignalsOf("figures") {
			require.NoError(t, err)
			r.At = r.At.Round(100 * time.Millisecond)
			got = append(got, r)
		}
		var want []record.Reading
		for n := range 5 {
			want = append(want, record.Reading{Signal: "fake.rate", Labels: map[string]string{"load": "disk", "way": "read"}, At: time.Duration(10*n+1) * time.Second, Value: float64(n), Unit: "bytes/s"})
		}
		require.Equal(t, want, got)
	})
}

// A ramp is seen while it goes up, and what the cloud keeps waiting.
func TestLiveFiguresOfARamp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := flow("up", loadgen.Arrivals{Ramp: &loadgen.Ramp{To: 100, Over: 100 * time.Second}}, &fakeWork{takes: 500 * time.Millisecond})
		load.Spec.Pool = 10 // for 20 a second
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{load}})
		require.NoError(t, s.openLoads(t.Context()))
		ask := func(source string) conditions.Truth { return condition(t, source).Eval(s.resolve).Truth }
		require.Equal(t, conditions.Unknown, ask(`waiting("up") >= 0`), "nothing was due yet")
		stop := s.startLoads(t.Context(), nil)
		time.Sleep(15*time.Second + time.Millisecond)
		require.Equal(t, conditions.True, ask(`arrival_rate("up", "4s") > 12 and arrival_rate("up", "4s") < 14 and waiting("up") == 0`))
		time.Sleep(15 * time.Second)
		require.Equal(t, conditions.True, ask(`waiting("up") > 45 and waiting("up") < 55 and in_flight("up") == 10`), "of 30 a second, 20 are done: half of 10 for 10 s")
		require.NoError(t, stop())
		s.closeLoads(t.Context())
	})
}

// tokens is a load of one worker with such work, an iteration each second.
func tokens(w *fakeWork) *scenarios.Load {
	spec := loadgen.DefaultSpec()
	spec.Concurrency, spec.Think = 1, time.Second-w.takes
	return &scenarios.Load{Name: "tokens", Kind: "fake", Workload: w, Spec: spec}
}

func TestLiveFiguresOfALoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &fakeWork{takes: 500 * time.Millisecond, spread: true}
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{tokens(work)}})
		require.NoError(t, s.openLoads(t.Context()))
		ask := func(source string) conditions.Truth { return condition(t, source).Eval(s.resolve).Truth }
		require.Equal(t, conditions.Unknown, ask(`error_ratio("tokens", "10s") < 1%`), "nothing was sent yet")
		require.Equal(t, conditions.Unknown, ask(`iterations("nobody") >= 0`))
		require.Equal(t, conditions.False, ask(`iterations("tokens") >= 1`))
		stop := s.startLoads(t.Context(), nil)
		time.Sleep(2*time.Minute - 100*time.Millisecond)
		require.Equal(t, conditions.True, ask(`iterations("tokens") == 156`), "one takes 275 ms on average and the worker pauses 500")
		time.Sleep(100 * time.Millisecond)
		require.Equal(t, conditions.True, ask(`error_ratio("tokens", "10s") == 0%`))
		require.Equal(t, conditions.True, ask(`success_rate("tokens", "10s") > 0.9 * success_rate("tokens", "5s")`))
		require.Equal(t, conditions.True, ask(`in_flight("tokens") <= 1`))
		require.Equal(t, conditions.True, ask(`p50("tokens", "1m") > 220ms and p50("tokens", "1m") < 320ms`))
		answer := condition(t, `p90("tokens", "1m") > 0s`).Eval(s.resolve)
		require.Equal(t, conditions.Unknown, answer.Truth)
		require.Regexp(t, `p90\("tokens", "1m0s"\) needs ten answers beyond it, and there were 7\d in all`, answer.Reason)
		work.failing.Store(true)
		time.Sleep(15 * time.Second)
		require.Equal(t, conditions.True, ask(`error_ratio("tokens", "5s") == 100%`))
		require.Equal(t, conditions.Unknown, ask(`error_ratio("nobody", "5s") == 100%`))
		require.NoError(t, stop())
		s.closeLoads(t.Context())
		require.True(t, work.closed.Load())
	})
}

// A load that says that it is hopeless stops the run.
func TestAHopelessLoadStopsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{})
		ctx, stop := stopper(t)
		s.stop = stop
		s.env("boots").Hopeless(errors.New("the quota is full"))
		require.Error(t, ctx.Err())
		require.Equal(t, &Stopped{Cause: "condition", Reason: "load boots: the quota is full"}, reason(ctx))
	})
}

// renewing is a workload of one iteration that renews its token twice.
type renewing struct {
	fakeWork
	renewed func()
}

func (w *renewing) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	return &renewing{fakeWork: fakeWork{takes: w.takes}, renewed: env.Reauthenticated}, nil
}

func (w *renewing) Iterate(ctx context.Context, n int64, rec loadgen.Recorder) loadgen.Outcome {
	w.renewed()
	w.renewed()
	return w.fakeWork.Iterate(ctx, n, rec)
}

// Loads end while the steady state is asked for again and again, each with its own
// count of renewed tokens.
func TestLoadsEndWhileTheSteadyStateIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		check := scenarios.Check{Expression: "a token", Kind: "fake", Workload: &fakeWork{}, Within: time.Second}
		check.Workload.(*fakeWork).failing.Store(true)
		s := newScene(t, scenarios.Spec{SteadyState: []scenarios.Check{check}})
		for i := range 50 {
			load := tokens(&fakeWork{})
			load.Name, load.Workload = fmt.Sprintf("tokens-%d", i), &renewing{fakeWork: fakeWork{takes: time.Duration(1+i) * judgeEvery}}
			load.Spec.Iterations = 1
			s.plan.Spec.Loads = append(s.plan.Spec.Loads, load)
		}
		require.NoError(t, s.openLoads(t.Context()))
		stop := s.startLoads(t.Context(), nil)
		require.False(t, s.steadyState(t.Context(), "after"))
		require.NoError(t, stop())
		s.closeLoads(t.Context())
		ended := map[string]int64{}
		for _, e := range s.seen() {
			if e.Load != nil && e.Load.State == "stopped" {
				ended[e.Load.Name] = e.Load.Reauthenticated
			}
		}
		require.Len(t, ended, 50)
		for load, renewed := range ended {
			require.Equal(t, int64(2), renewed, load)
		}
	})
}

package loadgen_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// running is a load that runs, with its end.
type running struct {
	*loadgen.Runner
	ended chan loadgen.Totals
}

func start(t *testing.T, load loadgen.Load, clock record.Clock, s *sink) running {
	t.Helper()
	runner, err := loadgen.Open(t.Context(), load, clock, s)
	require.NoError(t, err)
	r := running{runner, make(chan loadgen.Totals, 1)}
	go func() {
		totals, err := runner.Run(t.Context())
		if err != nil {
			t.Error(err)
		}
		r.ended <- totals
	}()
	return r
}

func TestARateThatChangesLosesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		process loadgen.Process
		takes   time.Duration
		pool    int
	}{
		"even": {loadgen.Constant, 0, 64}, "poisson": {loadgen.Poisson, 0, 64},
		"no worker is free": {loadgen.Constant, 1700 * time.Millisecond, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock, s := record.NewClock(), &sink{}
				load := openLoad(10, c.process, taking(c.takes))
				load.Spec.Pool, load.Spec.GiveUp, load.End = c.pool, time.Second, 0
				r := start(t, load, clock, s)
				for i, rate := range []loadgen.Rate{50, 0, 200, 7} {
					time.Sleep(2500 * time.Millisecond)
					at, got, err := r.Change(loadgen.Change{Rate: rate})
					require.NoError(t, err)
					require.Equal(t, rate, got)
					require.Equal(t, time.Duration(i+1)*2500*time.Millisecond, at, "at once, whoever is busy")
				}
				time.Sleep(2500 * time.Millisecond)
				r.End()
				totals := <-r.ended
				consistent(t, totals, s)
				want := 2.5 * (10 + 50 + 0 + 200 + 7)
				if c.process == loadgen.Constant {
					require.InDelta(t, want, totals.Planned, 1)
				} else {
					require.InDelta(t, want, totals.Planned, 5*26, "five standard deviations")
				}
				for _, x := range s.samples {
					require.False(t, x.Intended > 5*time.Second && x.Intended < 7500*time.Millisecond, "none was planned then")
				}
				_, _, err := r.Change(loadgen.Change{Rate: 1})
				require.ErrorIs(t, err, loadgen.ErrOver)
			})
		})
	}
}

// Whatever is changed and whenever the load is stopped, every planned arrival
// is accounted for once, and their number is the integral of the rate.
func TestWhateverChangesEveryArrivalIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := shapes(rt)
		type step struct {
			after time.Duration
			loadgen.Change
		}
		steps := make([]step, rapid.IntRange(0, 5).Draw(rt, "changes"))
		for i := range steps {
			steps[i].after = time.Duration(rapid.IntRange(0, 3000).Draw(rt, "ms")) * time.Millisecond
			steps[i].Rate = loadgen.Rate(rapid.SampledFrom([]float64{0, 0.3, 5, 77, 400}).Draw(rt, "rate"))
			steps[i].Hold = rapid.Bool().Draw(rt, "hold")
		}
		last := time.Duration(rapid.IntRange(0, 3000).Draw(rt, "ms")) * time.Millisecond
		takes := time.Duration(rapid.SampledFrom([]int{0, 5, 900}).Draw(rt, "takes")) * time.Millisecond
		stop := rapid.Bool().Draw(rt, "stop")
		synctest.Test(t, func(t *testing.T) {
			clock, kept := record.NewClock(), &sink{}
			load := openLoad(1, "", taking(takes))
			load.Spec.Arrivals, load.Spec.Pool, load.End = &s.Arrivals, 3, 0
			r := start(t, load, clock, kept)
			synctest.Wait()
			want, begun, rate := 0.0, time.Duration(0), s.rate
			until := func(at time.Duration) {
				want += shaped{s.Arrivals, rate, s.ends}.integral(begun.Seconds(), at.Seconds())
				begun = at
			}
			for _, step := range steps {
				time.Sleep(step.after)
				at, got, err := r.Change(step.Change)
				require.NoError(t, err)
				until(at)
				if step.Hold {
					require.InDelta(t, rate(at.Seconds()), float64(got), 1e-3*rate(at.Seconds())+1e-6)
				}
				rate = func(float64) float64 { return float64(got) }
			}
			time.Sleep(last)
			until(clock.Now())
			if stop {
				r.Stop()
			} else {
				r.End()
			}
			totals := <-r.ended
			consistent(t, totals, kept)
			require.InDelta(t, want, totals.Planned, 1+1e-3*want+0.01, "%v %v", s, steps)
		})
	})
}

// Changes that meet arrivals on a real clock, from many goroutines.
func TestChangesFromEverywhere(t *testing.T) {
	clock, s := record.NewClock(), &sink{}
	var (
		runner   *loadgen.Runner
		changing sync.WaitGroup
	)
	work := &fake{iterate: func(_ context.Context, n int64, _ loadgen.Recorder) loadgen.Outcome {
		if n == 3000 {
			runner.Stop()
		}
		if n%50 == 0 {
			changing.Go(func() {
				_, _, err := runner.Change(loadgen.Change{Rate: loadgen.Rate(5000 + 100*(n%7)), Hold: n%300 == 0})
				if err != nil && !errors.Is(err, loadgen.ErrOver) {
					t.Error(err)
				}
			})
		}
		return loadgen.Outcome{}
	}}
	load := openLoad(5000, loadgen.Poisson, work)
	load.End = 0
	var err error
	runner, err = loadgen.Open(t.Context(), load, clock, s)
	require.NoError(t, err)
	totals, err := runner.Run(t.Context())
	require.NoError(t, err)
	changing.Wait()
	consistent(t, totals, s)
	require.Greater(t, totals.Started, int64(3000))
}

func TestALoadIsChangedBeforeItStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := openLoad(10, loadgen.Constant, taking(0))
		shape := load.Spec.Arrivals
		runner, err := loadgen.Open(t.Context(), load, record.NewClock(), &sink{})
		require.NoError(t, err)
		_, rate, err := runner.Change(loadgen.Change{Hold: true})
		require.NoError(t, err)
		require.Equal(t, loadgen.Rate(10), rate)
		_, _, err = runner.Change(loadgen.Change{Rate: 2})
		require.NoError(t, err)
		require.Equal(t, loadgen.Rate(10), shape.Rate, "the scenario's own is not touched")
		totals, err := runner.Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(40), totals.Planned)
	})
}

func TestOnlyTheOpenModelIsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner, err := loadgen.Open(t.Context(), closedLoad(1, 0, taking(0)), record.NewClock(), &sink{})
		require.NoError(t, err)
		_, _, err = runner.Change(loadgen.Change{Rate: 2})
		require.EqualError(t, err, "change load boots: only a load of the open model has a rate")
	})
}

func TestALoadEndsWithItsIterations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := closedLoad(3, time.Second, taking(time.Second))
		load.Spec.Iterations, load.End = 10, 0
		totals, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Equal(t, loadgen.Totals{Planned: 10, Started: 10, Succeeded: 10}, totals)
		require.Equal(t, 8*time.Second, clock.Now(), "four rounds of a second, with three pauses between them")
	})
}

func TestTheEndDrainsAndAStopDoesNot(t *testing.T) {
	for end, want := range map[bool]loadgen.Totals{
		true:  {Planned: 11, Started: 11, Succeeded: 11},
		false: {Planned: 11, Started: 11, Aborted: 11},
	} {
		synctest.Test(t, func(t *testing.T) {
			clock, s := record.NewClock(), &sink{}
			load := openLoad(10, "", taking(2*time.Second))
			load.End = 0
			r := start(t, load, clock, s)
			time.Sleep(time.Second + time.Millisecond)
			asked := clock.Now()
			if end {
				r.End()
			} else {
				r.Stop()
			}
			totals := <-r.ended
			consistent(t, totals, s)
			require.Equal(t, want, totals)
			require.Equal(t, end, clock.Now()-asked > 100*time.Millisecond)
		})
	}
}

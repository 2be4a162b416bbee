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

// stalling answers at once but between from and to, when it answers at to.
func stalling(clock record.Clock, from, to time.Duration) *fake {
	return &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
		if now := clock.Now(); now >= from && now < to {
			return sleep(ctx, to-now)
		}
		return loadgen.Outcome{}
	}}
}

// A stall of 2 s in 20 s at 1000/s delays 2000 of 20,000 arrivals by 2 s down
// to nothing, so that 1 % waited longer than 1.8 s, whatever the pool.
func TestAStallShowsInFullWithASmallPool(t *testing.T) {
	for _, pool := range []int{1, 64, 5000} {
		synctest.Test(t, func(t *testing.T) {
			clock, s := record.NewClock(), &sink{}
			load := openLoad(1000, loadgen.Constant, stalling(clock, 5*time.Second, 7*time.Second))
			load.Spec.Pool = pool
			totals, err := loadgen.Run(t.Context(), load, clock, s)
			require.NoError(t, err)
			consistent(t, totals, s)
			require.Equal(t, loadgen.Totals{Planned: 20_000, Started: 20_000, Succeeded: 20_000}, totals)
			p99, _ := s.histogram(record.OK).Quantile(0.99)
			require.InEpsilon(t, 1.8, p99.Seconds(), 0.002)
			queued := 0
			for _, x := range s.of(record.OK) {
				require.Zero(t, x.Lateness(), "the generator was never late")
				if x.Queued {
					queued++
				}
			}
			// All that was due in the stall and found no worker free.
			require.InDelta(t, max(2000-pool, 0), queued, 1)
		})
	}
}

func TestWhatCannotStartIsDroppedNotHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(10, loadgen.Constant, stalling(clock, time.Second, 11*time.Second))
		load.Spec.Pool, load.Spec.GiveUp = 2, 3*time.Second
		runner, err := loadgen.Open(t.Context(), load, clock, s)
		require.NoError(t, err)
		ended := make(chan loadgen.Totals)
		go func() {
			totals, err := runner.Run(t.Context())
			if err != nil {
				t.Error(err)
			}
			ended <- totals
		}()
		time.Sleep(6*time.Second - clock.Now())
		now := runner.Live().Totals()
		require.Equal(t, int64(61), now.Planned)
		require.Equal(t, int64(2), now.InFlight())
		require.Positive(t, now.Dropped, "a stall shows while it lasts")
		require.InDelta(t, 30, now.Waiting(), 2)
		ratio, ok := runner.Live().ErrorRatio(2 * time.Second)
		require.True(t, ok)
		require.Equal(t, 1.0, ratio)

		totals := <-ended
		consistent(t, totals, s)
		require.Equal(t, int64(200), totals.Planned)
		// Due from 1.2 s (two took the workers) and not started by 11 s, 3 s late.
		require.InDelta(t, 68, totals.Dropped, 1)
		for _, x := range s.of(record.Dropped) {
			require.Equal(t, x.Intended, x.Started)
			require.InDelta(t, 3, (x.End - x.Intended).Seconds(), 0.2)
		}
	})
}

func TestTheEndDropsWhatIsDueAndDrainsWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(10, loadgen.Constant, taking(30*time.Second))
		load.Spec.Pool, load.Spec.Drain = 4, 10*time.Second
		load.Spec.Timeout = 29 * time.Second
		totals, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Equal(t, loadgen.Totals{Planned: 200, Started: 4, Dropped: 196, Failed: 4}, totals)
		require.InDelta(t, 29.3, clock.Now().Seconds(), 0.01, "four time-outs fall within the drain")
		require.Len(t, s.of(record.Timeout), 4)
	})
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(10, loadgen.Constant, taking(60*time.Second))
		load.Spec.Pool, load.Spec.Drain, load.Spec.Timeout = 4, time.Second, time.Minute
		totals, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.Equal(t, int64(4), totals.Aborted)
		require.InDelta(t, 21, clock.Now().Seconds(), 0.01)
	})
}

func TestSameSeedSameArrivals(t *testing.T) {
	run := func(seed int64) (due []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			clock, s := record.NewClock(), &sink{}
			load := openLoad(50, loadgen.Poisson, taking(time.Millisecond))
			load.Env.Seed, load.Start = seed, 3*time.Second
			totals, err := loadgen.Run(t.Context(), load, clock, s)
			require.NoError(t, err)
			consistent(t, totals, s)
			due = make([]time.Duration, totals.Planned)
			for _, x := range s.samples {
				due[x.Iteration] = x.Intended
			}
		})
		return due
	}
	first := run(7)
	require.Equal(t, first, run(7))
	require.NotEqual(t, first, run(8))
	require.GreaterOrEqual(t, first[0], 3*time.Second)
	require.Less(t, first[len(first)-1], 20*time.Second)
	require.InDelta(t, 17*50, len(first), 4*29, "four standard deviations")
}

func TestPoissonHasItsMeanAndVariance(t *testing.T) {
	s := loadgen.NewSchedule(loadgen.Arrivals{Rate: 100, Process: loadgen.Poisson}, 1)
	const n = 100_000
	last, sum, squares := 0.0, 0.0, 0.0
	for range n {
		at, ok := s.Next()
		require.True(t, ok)
		gap := at.Seconds() - last
		last, sum, squares = at.Seconds(), sum+gap, squares+gap*gap
	}
	mean := sum / n
	require.InEpsilon(t, 0.01, mean, 0.02)
	require.InEpsilon(t, mean*mean, squares/n-mean*mean, 0.05, "an exponential's variance is its mean squared")
}

func TestConstantDoesNotDrift(t *testing.T) {
	s := loadgen.NewSchedule(loadgen.Arrivals{Rate: 3}, 1)
	var at time.Duration
	for range 3_000_001 {
		at, _ = s.Next()
	}
	require.Equal(t, 1_000_000*time.Second, at)
}

func TestStreamsDependOnSeedAndName(t *testing.T) {
	again := loadgen.StreamSeed(1, "a")
	require.Equal(t, again, loadgen.StreamSeed(1, "a"))
	require.NotEqual(t, loadgen.StreamSeed(1, "a"), loadgen.StreamSeed(1, "b"))
	require.NotEqual(t, loadgen.StreamSeed(1, "a"), loadgen.StreamSeed(2, "a"))
}

func TestALoadThatRunsLateOwesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(10, loadgen.Constant, stalling(clock, time.Hour, time.Hour))
		load.End = 0
		runner, err := loadgen.Open(t.Context(), load, clock, s)
		require.NoError(t, err)
		time.Sleep(time.Minute) // the run prepares itself
		ended := make(chan loadgen.Totals)
		go func() {
			totals, err := runner.Run(t.Context())
			if err != nil {
				t.Error(err)
			}
			ended <- totals
		}()
		time.Sleep(10 * time.Second)
		runner.Stop()
		require.InDelta(t, 100, (<-ended).Planned, 1, "nothing was due before the load ran")
	})
}

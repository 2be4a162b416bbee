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

func TestLiveFiguresFollowTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		slowly := &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
			if now := clock.Now(); now >= 10*time.Second && now < 12*time.Second {
				return loadgen.Outcome{Class: record.HTTP5xx, Status: 503}
			}
			return sleep(ctx, 100*time.Millisecond)
		}}
		runner, err := loadgen.Open(t.Context(), openLoad(10, loadgen.Constant, slowly), clock, &sink{})
		require.NoError(t, err)
		live := runner.Live()
		_, _, ok := live.Tail(0.99, 0)
		require.False(t, ok, "of a baseline that was none, too")
		_, ok = live.Rates(time.Second)
		require.False(t, ok)
		_, ok = live.ErrorRatio(time.Second)
		require.False(t, ok, "not known is not zero")
		_, ok = live.Quantile(0.99, time.Second)
		require.False(t, ok)
		_, ok = live.Lateness(0.99)
		require.False(t, ok)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if _, err := runner.Run(t.Context()); err != nil {
				t.Error(err)
			}
		}()

		time.Sleep(9*time.Second + 950*time.Millisecond)
		rates, ok := live.Rates(5 * time.Second)
		require.True(t, ok)
		require.InDelta(t, 10, rates.Offered, 0.01)
		require.InDelta(t, 10, rates.Succeeded, 0.21)
		require.EqualValues(t, 50, live.Answers(4*time.Second))
		_, ok = live.Quantile(0.9, 5*time.Second)
		require.False(t, ok, "six answers beyond it are no story of many")
		_, ok = live.Quantile(0.8, 5*time.Second)
		require.True(t, ok)
		p50, _ := live.Quantile(0.5, 5*time.Second)
		require.InEpsilon(t, 0.1, p50.Seconds(), 0.011)
		ratio, ok := live.ErrorRatio(5 * time.Second)
		require.True(t, ok)
		require.Zero(t, ratio)

		time.Sleep(2 * time.Second)
		ratio, _ = live.ErrorRatio(time.Second)
		require.InDelta(t, 1, ratio, 0.1, "a second and the present one: nearly all failed")
		ratio, _ = live.ErrorRatio(10 * time.Second)
		require.InDelta(t, 0.18, ratio, 0.03)

		time.Sleep(6 * time.Second)
		ratio, _ = live.ErrorRatio(4 * time.Second)
		require.Zero(t, ratio, "the errors have left the window")
		inFlight, ok := live.InFlight()
		require.True(t, ok)
		require.LessOrEqual(t, inFlight, int64(1))
		<-done
		late, ok := live.Lateness(0.99)
		require.True(t, ok)
		require.LessOrEqual(t, late, time.Microsecond)
	})
}

// While nothing ends nothing is known of it: a stall of everything is no error before
// the first iterations have reached their time limit, and then it is all that is seen.
func TestAStallIsAnErrorOnceItsTimeLimitIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		stalls := &fake{iterate: func(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
			if clock.Now() < 4*time.Second {
				return loadgen.Outcome{}
			}
			return sleep(ctx, time.Hour)
		}}
		load := openLoad(10, loadgen.Constant, stalls)
		load.Spec.Timeout = 5 * time.Second
		runner, err := loadgen.Open(t.Context(), load, clock, &sink{})
		require.NoError(t, err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if _, err := runner.Run(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(8*time.Second + 950*time.Millisecond)
		_, known := runner.Live().ErrorRatio(2 * time.Second)
		require.False(t, known)
		inFlight, _ := runner.Live().InFlight()
		require.InDelta(t, 50, inFlight, 1)
		time.Sleep(time.Second)
		ratio, known := runner.Live().ErrorRatio(2 * time.Second)
		require.True(t, known)
		require.InDelta(t, 1, ratio, 1e-9)
		<-done
	})
}

// TestPlannedIsCountedThoughNobodyLooks runs longer than the longest window.
func TestPlannedIsCountedThoughNobodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		load := openLoad(1, loadgen.Poisson, taking(time.Millisecond))
		load.End = time.Hour
		totals, err := loadgen.Run(t.Context(), load, clock, s)
		require.NoError(t, err)
		consistent(t, totals, s)
		require.InDelta(t, 3600, totals.Planned, 240)
	})
}

// The rates of a load of few arrivals are of as many seconds as have ten of them, a minute at most.
func TestTheRatesOfARareLoadAreOfLongerThanASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			every time.Duration
			want  float64
		}{{3 * time.Second, 1.0 / 3}, {20 * time.Millisecond, 50}} {
			clock := record.NewClock()
			spec := loadgen.DefaultSpec()
			spec.Arrivals = nil
			live := loadgen.LiveOf(spec, clock)
			_, ok := live.RareRates()
			require.False(t, ok)
			for range 120 * time.Second / c.every {
				time.Sleep(c.every)
				live.Outcome(record.Sample{Intended: clock.Now(), Started: clock.Now(), End: clock.Now()})
			}
			rates, ok := live.RareRates()
			require.True(t, ok)
			require.InDelta(t, c.want, rates.Succeeded, 0.07*c.want)
		}
	})
}

// Of a load that has just begun they are of the time that it has had, and not of a minute of which
// it was not there for most.
func TestTheRatesOfALoadThatHasJustBegunAreOfItsTime(t *testing.T) {
	for _, open := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			time.Sleep(5*time.Second + 300*time.Millisecond) // of another phase
			spec := loadgen.DefaultSpec()
			if spec.Arrivals = nil; open {
				spec.Arrivals = &loadgen.Arrivals{Rate: 1.0 / 3}
			}
			live := loadgen.LiveOf(spec, clock)
			if open {
				live.Begin(*spec.Arrivals, 1, clock.Now())
			}
			for n := range 4 {
				live.Outcome(record.Sample{Intended: clock.Now(), Started: clock.Now(), End: clock.Now()})
				time.Sleep(3 * time.Second)
				rates, ok := live.RareRates()
				require.True(t, ok)
				require.InDelta(t, 1.0/3, rates.Succeeded, 0.2, "after %d s", 3*(n+1))
				require.InDelta(t, 1.0/3, rates.Offered, 0.2, "after %d s", 3*(n+1))
				require.Equal(t, time.Duration(3*(n+1))*time.Second-300*time.Millisecond, rates.Over)
			}
		})
	}
}

// Percentiles of what goes on are of what succeeded or was given up unanswered, as the report's
// are: a cloud that refuses at once is not a fast one, and one that hangs is not one that has
// answered a few.
func TestLivePercentilesAreOfWhatTheReportsAre(t *testing.T) {
	clock := record.NewClock()
	live := loadgen.LiveOf(loadgen.DefaultSpec(), clock)
	for n := range 100 {
		s := record.Sample{Class: record.OK, End: 100 * time.Millisecond}
		switch {
		case n < 30:
			s.Class, s.End = record.HTTP5xx, time.Millisecond
		case n < 35:
			s.Class, s.End = record.Timeout, 900*time.Millisecond
		case n < 41:
			s.Class, s.End = record.Dropped, 900*time.Millisecond
		}
		live.Outcome(s)
	}
	require.EqualValues(t, 70, live.Answers(time.Second))
	p50, ok := live.Quantile(0.5, time.Second)
	require.True(t, ok)
	require.InEpsilon(t, 0.1, p50.Seconds(), 0.011)
	p85, ok := live.Quantile(0.857, time.Second)
	require.True(t, ok)
	require.InEpsilon(t, 0.9, p85.Seconds(), 0.011)
}

package loadgen_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// stuck is a sink that takes nothing before it is let go, and one at a time then.
type stuck struct {
	sink
	free chan struct{}
}

func (s *stuck) Sample(sample record.Sample) {
	<-s.free
	s.sink.Sample(sample)
}

// Workers share no lock with one another or with who writes down: they go on while it is
// stuck, until so much waits as may wait. The figures are those of now all the same, and
// nothing is lost or told out of its worker's order.
func TestWorkersWaitForNobody(t *testing.T) {
	for _, workers := range []int{1, 10, 100} {
		synctest.Test(t, func(t *testing.T) {
			clock, s := record.NewClock(), &stuck{free: make(chan struct{})}
			load := closedLoad(workers, 0, taking(2*time.Millisecond))
			load.Start, load.End = 0, 6200*time.Millisecond
			runner, err := loadgen.Open(t.Context(), load, clock, s)
			require.NoError(t, err)
			ran := make(chan loadgen.Totals)
			go func() {
				totals, err := runner.Run(t.Context())
				if err != nil {
					t.Error(err)
				}
				ran <- totals
			}()
			time.Sleep(20*time.Millisecond + time.Microsecond)
			totals := runner.Live().Totals()
			require.EqualValues(t, 10*workers, totals.Succeeded, "of %d workers", workers)
			require.EqualValues(t, workers, totals.InFlight())

			time.Sleep(5 * time.Second)
			started := runner.Live().Totals().Started
			most := int64(workers*32 + 18*32) // a start and an outcome each
			require.LessOrEqual(t, started, most+int64(workers), "memory is bounded")
			time.Sleep(time.Second)
			require.Equal(t, started, runner.Live().Totals().Started)
			close(s.free)
			totals = <-ran
			consistent(t, totals, &s.sink)
			if workers > 1 {
				return
			}
			for n, sample := range s.samples {
				require.EqualValues(t, n, sample.Iteration)
			}
		})
	}
}

// What ended is told soon, however little there is to tell.
func TestWhatEndedIsToldSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, s := record.NewClock(), &sink{}
		runner, err := loadgen.Open(t.Context(), openLoad(1, loadgen.Constant, taking(time.Millisecond)), clock, s)
		require.NoError(t, err)
		ran := make(chan error)
		go func() {
			_, err := runner.Run(t.Context())
			ran <- err
		}()
		time.Sleep(3*time.Second + 101*time.Millisecond)
		require.Len(t, s.of(record.OK), 4)
		require.NoError(t, <-ran)
	})
}

// Whoever reads the figures while workers are at it sees each of them between two iterations or
// in one: never more in flight than there are, and never fewer than none.
func TestFiguresAreRightAtEachMoment(t *testing.T) {
	const workers, iterations = 8, 200_000
	load := closedLoad(workers, 0, taking(0))
	load.Workload, load.Spec.Iterations, load.Start, load.End = enough(0, nil), iterations, 0, 0
	runner, err := loadgen.Open(t.Context(), load, record.NewClock(), nothing{})
	require.NoError(t, err)
	ran := make(chan loadgen.Totals)
	go func() {
		totals, err := runner.Run(t.Context())
		if err != nil {
			t.Error(err)
		}
		ran <- totals
	}()
	for before := int64(0); ; {
		select {
		case totals := <-ran:
			require.EqualValues(t, iterations, totals.Succeeded)
			return
		default:
		}
		now := runner.Live().Totals()
		require.GreaterOrEqual(t, now.InFlight(), int64(0))
		require.LessOrEqual(t, now.InFlight(), int64(workers))
		require.GreaterOrEqual(t, now.Succeeded, before)
		before = now.Succeeded
	}
}

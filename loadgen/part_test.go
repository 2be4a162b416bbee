package loadgen

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// walk lists when the arrivals of a part are due.
func walk(a Arrivals, part Part, start, until time.Duration) map[int64]time.Duration {
	due := map[int64]time.Duration{}
	c := newCursor(NewSchedule(a, 7), start, until, part)
	for !c.over && c.next < never {
		due[c.n] = c.next
		c.advance()
	}
	return due
}

// instant is a workload that does nothing.
type instant struct{}

func (instant) Open(context.Context, Env) (Session, error) { return instant{}, nil }

func (instant) Iterate(context.Context, int64, Recorder) Outcome { return Outcome{} }

func (instant) Close(context.Context) error { return nil }

// keeping keeps samples.
type keeping struct {
	mu  sync.Mutex
	all []record.Sample
}

func (k *keeping) Sample(s record.Sample) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, s)
}

func (k *keeping) taken() []record.Sample {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.all)
}

// Whatever the shape, the parts have each arrival of the load once, at its own time.
func TestThePartsAreTheLoad(t *testing.T) {
	for name, a := range map[string]Arrivals{
		"constant": {Rate: 33}, "poisson": {Rate: 40, Process: Poisson},
		"ramp": {Ramp: &Ramp{To: 90, Over: 5 * time.Second}, Process: Poisson},
		"sine": {Sine: &Sine{Mean: 30, Swing: 30, Period: 4 * time.Second}},
		"ends": {Steps: []Step{{Rate: 50, For: 2 * time.Second}, {Rate: 0, For: time.Second}, {Rate: 20, For: time.Second}}},
	} {
		start, until := 300*time.Millisecond, 9*time.Second+rand.N(time.Second)
		whole := walk(a, Part{}, start, until)
		require.Greater(t, len(whole), 50, name)
		for _, of := range []int{2, 3, 8} {
			all, sum := map[int64]time.Duration{}, int64(0)
			for nth := range of {
				for n, at := range walk(a, Part{of, nth}, start, until) {
					require.NotContains(t, all, n, name)
					all[n] = at
				}
				sum += Planned(a, 7, Part{of, nth}, start, until)
			}
			require.Equal(t, whole, all, "%s in %d parts", name, of)
			require.Equal(t, int64(len(whole)), sum, "%s in %d parts", name, of)
		}
	}
}

func TestPlacesAndIterationsAreDealtOut(t *testing.T) {
	for _, of := range []int{1, 2, 3, 7} {
		pool, workers, iterations := 0, 0, int64(0)
		for nth := range of {
			open := Spec{Arrivals: &Arrivals{Rate: 1}, Pool: 10}.part(Part{of, nth})
			closed := Spec{Concurrency: 7, Iterations: 100}.part(Part{of, nth})
			require.Positive(t, min(open.Pool, closed.Concurrency), "%d of %d", nth, of)
			pool, workers, iterations = pool+open.Pool, workers+closed.Concurrency, iterations+closed.Iterations
		}
		require.Equal(t, []any{10, 7, int64(100)}, []any{pool, workers, iterations}, "%d parts", of)
	}
	require.Equal(t, 3, Spec{Concurrency: 3}.Parts(8), "who would have none takes no part")
	require.Equal(t, 2, Spec{Concurrency: 9, Iterations: 2}.Parts(8))
	require.Equal(t, 8, Spec{Arrivals: &Arrivals{}, Pool: 64}.Parts(8))
}

// Three machines that are told one start and one end send each arrival once, though one of
// them hears of the start when some were due.
func TestPartsEndAtOneMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		spec := DefaultSpec()
		spec.Arrivals = &Arrivals{Rate: 100, Process: Poisson}
		var sent []int64
		took := &keeping{}
		var ended atomic.Int64
		var runners []*Runner
		for nth := range 3 {
			r, err := Open(t.Context(), Load{Name: "l", Workload: instant{}, Spec: spec, Env: Env{Seed: 7}, Part: Part{3, nth}}, clock, took)
			require.NoError(t, err)
			r.StartAt(time.Second)
			runners = append(runners, r)
			go func() {
				time.Sleep(time.Duration(nth) * 800 * time.Millisecond) // the last is late
				_, err := r.Run(t.Context())
				ended.Add(1)
				if err != nil {
					ended.Add(-10)
				}
			}()
		}
		time.Sleep(5 * time.Second)
		for _, r := range runners {
			r.EndAt(6 * time.Second)
		}
		time.Sleep(2 * time.Second)
		require.Equal(t, int64(3), ended.Load())
		for _, s := range took.taken() {
			require.Less(t, s.Intended, 6*time.Second)
			sent = append(sent, s.Iteration)
		}
		for _, r := range runners {
			require.Equal(t, 6*time.Second, r.Until())
			require.Equal(t, Planned(*spec.Arrivals, 7, r.load.Part, time.Second, 6*time.Second), r.Live().Totals().Planned)
			require.NoError(t, r.Close(t.Context()))
		}
		slices.Sort(sent)
		want := Planned(*spec.Arrivals, 7, Part{}, time.Second, 6*time.Second)
		require.Len(t, sent, int(want))
		for n, iteration := range sent {
			require.Equal(t, int64(n), iteration)
		}
	})
}

// A start that was agreed on does not move for who comes to it late, also where there is but one
// part: all that was due is sent, late.
func TestAnAgreedStartStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, took := record.NewClock(), &keeping{}
		spec := DefaultSpec()
		spec.Arrivals = &Arrivals{Rate: 10, Process: Constant}
		spec.GiveUp = 10 * time.Second
		r, err := Open(t.Context(), Load{Name: "l", Workload: instant{}, Spec: spec, Env: Env{Seed: 7}, Part: Part{Of: 1}, End: 4 * time.Second}, clock, took)
		require.NoError(t, err)
		r.StartAt(time.Second)
		time.Sleep(2 * time.Second)
		totals, err := r.Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, Planned(*spec.Arrivals, 7, Part{Of: 1}, time.Second, 4*time.Second), totals.Planned)
		first := slices.MinFunc(took.taken(), func(x, y record.Sample) int { return int(x.Iteration - y.Iteration) })
		require.Less(t, first.Intended, 1200*time.Millisecond)
		require.Greater(t, first.Lateness(), 800*time.Millisecond)
		require.NoError(t, r.Close(t.Context()))
	})
}

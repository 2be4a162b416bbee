package kpi_test

import (
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// poisson is a load of ten arrivals a second at random over 80 s that takes 8
// to 22 ms, and now and then 70 to 140 ms.
func poisson(seed uint64, change func(*record.Sample)) func(string) iter.Seq2[record.Sample, error] {
	return func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			random := rand.New(rand.NewPCG(seed, 1)) // repeatable on purpose
			for due, i := time.Duration(0), int64(0); due < 80*time.Second; i++ {
				due += time.Duration(random.ExpFloat64() * float64(100*time.Millisecond))
				took := 8*time.Millisecond + time.Duration(random.Int64N(int64(14*time.Millisecond)))
				if random.IntN(50) == 0 {
					took = 70*time.Millisecond + time.Duration(random.Int64N(int64(70*time.Millisecond)))
				}
				s := record.Sample{Iteration: i, Intended: due, Started: due, End: due + took, Status: 200}
				if change != nil {
					change(&s)
				}
				if !yield(s, nil) {
					return
				}
			}
		}
	}
}

func chance(seed uint64, change func(*record.Sample)) *kpi.Analysis {
	rec := example.Passing()
	rec.Meta.Loads[0].Rate, rec.Meta.Loads[0].Process = 10, "poisson"
	rec.Samples = poisson(seed, change)
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

// Where nothing goes wrong nothing is found: a random load is silent for three
// mean gaps every few seconds, and a second of ten answers is slow by chance.
func TestChanceIsNoOutageAndNoDegradation(t *testing.T) {
	for seed := range uint64(100) {
		a := chance(seed, nil)
		require.Equal(t, kpi.None, figure(t, a, "outage", "tokens").State, "seed %d", seed)
		for _, name := range []string{"time_to_recover", "time_to_recover_after_undo", "degraded", "time_to_detect"} {
			require.Equal(t, kpi.None, figure(t, a, name, "lose-keystone").State, "seed %d: %s", seed, name)
		}
		require.Empty(t, a.Result.Gaps)
	}
}

// A silence of a second and a half under the same load is an outage every time:
// of its arrivals fifteen are due on average.
func TestAnOutageIsFoundInARandomLoad(t *testing.T) {
	for seed := range uint64(100) {
		a := chance(seed, func(s *record.Sample) {
			if between(s, 31, 32.5) {
				fail(s)
			}
		})
		outage := figure(t, a, "outage", "tokens")
		require.Equal(t, kpi.Measured, outage.State, "seed %d", seed)
		require.Equal(t, 1, outage.N, "seed %d", seed)
		require.Greater(t, *outage.Value, 1.4)
		require.Less(t, *outage.Value, 3.5)
	}
}

// What hurts only after the undo is told there too.
func TestHarmAfterTheUndoIsAfterTheUndo(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 43, 45) {
			s.End += 400 * time.Millisecond
		}
	})
	recover, after := figure(t, a, "time_to_recover", "lose-keystone"), figure(t, a, "time_to_recover_after_undo", "lose-keystone")
	require.InDelta(t, 15, *recover.Value, 1e-6)
	require.InDelta(t, 4.3, *after.Value, 0.01)
}

// The node sees the effect a little after it is there: what failed in between
// failed for the fault, and was detected at once.
func TestAFailureBeforeTheEffectIsSeenIsDetected(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 29.95, 30.05) {
			s.Intended -= 75 * time.Millisecond
			s.Started = s.Intended
			s.End = s.Intended + 5*time.Millisecond
			fail(s)
		}
	})
	detect := figure(t, a, "time_to_detect", "lose-keystone")
	require.Equal(t, kpi.Measured, detect.State)
	require.InDelta(t, 0, *detect.Value, 1e-9)
}

// A recovery while the fault was held must not hide that there was none after
// its undo.
func TestAPassTellsThatTheUndoWasNotRecoveredFrom(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 30, 31) || between(s, 42, 80) {
			s.End += 400 * time.Millisecond
		}
	}, `time_to_recover("lose-keystone") <= 30s`)
	require.Equal(t, kpi.Pass, a.Result.Verdict)
	require.Equal(t, kpi.Censored, figure(t, a, "time_to_recover_after_undo", "lose-keystone").State)
	require.Contains(t, a.Result.Summary, "after the undo of lose-keystone it was not healthy again for 10s: not over when the run ended")
}

package kpi_test

import (
	"errors"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// pings are echoes at ten a second of which those are lost that are due in a stretch; a lost
// one is known a second after it was due, so that they do not come in the order in which they
// were due.
func pings(lost ...kpi.Span) kpi.Record {
	j := example.NewJournal("pings", 10)
	j.Meta.Loads[0].Workload = "icmp.echo"
	j.Phase(0, "baseline")
	j.Phase(25*time.Second, "chaos")
	j.Phase(55*time.Second, "recovery")
	j.End(80 * time.Second)
	rec := j.Record(example.Cloud{Length: 80 * time.Second})
	rec.Samples = func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			var late []record.Sample
			for i := range int64(800) {
				due := time.Duration(i) * 100 * time.Millisecond
				s := record.Sample{Iteration: i, Intended: due, Started: due, End: due + time.Millisecond, Class: record.OK}
				for len(late) > 0 && late[0].End <= s.End {
					if !yield(late[0], nil) {
						return
					}
					late = late[1:]
				}
				for _, w := range lost {
					if w.Has(due) {
						s.Class, s.End = record.Timeout, due+time.Second
					}
				}
				if s.Class != record.OK {
					late = append(late, s)
				} else if !yield(s, nil) {
					return
				}
			}
			for _, s := range late {
				if !yield(s, nil) {
					return
				}
			}
		}
	}
	return rec
}

func TestLossGapsAreTheLongestAndAllTogether(t *testing.T) {
	s := func(from, to float64) kpi.Span {
		return kpi.Span{From: time.Duration(from * float64(time.Second)), To: time.Duration(to * float64(time.Second))}
	}
	between := func(low, value, high float64, k kpi.KPI) {
		t.Helper()
		require.Equal(t, kpi.Measured, k.State, k.Detail)
		require.InDeltaSlice(t, []float64{low, value, high}, []float64{*k.Low, *k.Value, *k.High}, 1e-9, k.Name)
	}
	a := kpi.Compute(pings(s(30, 30.6), s(40, 42), s(50, 50.1)), kpi.Settings{})
	longest, sum := figure(t, a, "loss_gap", "tokens"), figure(t, a, "loss_gap_sum", "tokens")
	between(1.9, 2, 2.1, longest)
	between(0.5+1.9+0, 0.6+2+0.1, 0.7+2.1+0.2, sum)
	require.Equal(t, 3, sum.N)
	require.Equal(t, "20 arrivals from 40 s", longest.Detail)
	require.Equal(t, "27 arrivals in 3 gaps", sum.Detail)

	a = kpi.Compute(pings(s(70, 80)), kpi.Settings{})
	longest = figure(t, a, "loss_gap", "tokens")
	require.Equal(t, kpi.Censored, longest.State)
	require.InDelta(t, 9.9, *longest.Value, 1e-9, "from the first to the last that was lost: no success followed")
	require.Nil(t, longest.High)

	longest = figure(t, kpi.Compute(pings(), kpi.Settings{}), "loss_gap", "tokens")
	require.Equal(t, kpi.None, longest.State)
	require.InDelta(t, 0.1, *longest.High, 1e-9, "what is shorter than from one to the next nobody could see")

	empty := pings()
	empty.Samples = nil
	require.Equal(t, kpi.NotMeasured, figure(t, kpi.Compute(empty, kpi.Settings{}), "loss_gap", "tokens").State)
}

// A gap of a phase is one whose arrivals were due in it, and ends with the success that follows.
func TestLossGapsOfAPhase(t *testing.T) {
	rec := pings(kpi.Span{From: 20 * time.Second, To: 21 * time.Second}, kpi.Span{From: 54 * time.Second, To: 56 * time.Second})
	rec.Meta.Objectives = []string{`loss_gap("tokens", "chaos") <= 2100ms`, `loss_gap_sum("tokens", "chaos") <= 500ms`, `loss_gap("tokens") <= 1500ms`, `loss_gap_sum("tokens", "recovery") <= 500ms`}
	r := kpi.Compute(rec, kpi.Settings{}).Result
	for n, want := range []kpi.Verdict{kpi.Pass, kpi.Fail, kpi.Fail, kpi.Fail} {
		require.Equal(t, want, r.Objectives[n].Verdict, "%s %s", r.Objectives[n].Expression, r.Objectives[n].Detail)
	}
}

// Whatever the gap and the rate, its interval has the truth, which is when nothing passed.
func TestALossGapsIntervalHasTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		from := time.Duration(30e9 + random.Int64N(10e9))
		truth := time.Duration(random.Int64N(10e9))
		a := kpi.Compute(pings(kpi.Span{From: from, To: from + truth}), kpi.Settings{})
		k := figure(t, a, "loss_gap", "tokens")
		if k.State == kpi.None {
			require.LessOrEqual(t, truth.Seconds(), *k.High)
			continue
		}
		require.LessOrEqual(t, *k.Low, truth.Seconds())
		require.GreaterOrEqual(t, *k.High, truth.Seconds())
	}
}

// A record that cannot be read to its end has neither figure: the second asks after the first.
func TestLossGapsOfWhatCannotBeReadAreNotMeasured(t *testing.T) {
	rec := pings()
	whole := rec.Samples
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range whole(load) {
				if s.Iteration == 400 {
					yield(record.Sample{}, errors.New("the file is torn"))
					return
				}
				if !yield(s, err) {
					return
				}
			}
		}
	}
	a := kpi.Compute(rec, kpi.Settings{})
	for _, name := range []string{"loss_gap", "loss_gap_sum"} {
		k := figure(t, a, name, "tokens")
		require.Equal(t, kpi.NotMeasured, k.State, name)
		require.Contains(t, k.Detail, "the file is torn", name)
	}
}

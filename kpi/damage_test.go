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

// samplesOf are those of a record, to be changed.
func samplesOf(t *testing.T, rec kpi.Record) []record.Sample {
	t.Helper()
	var list []record.Sample
	for s, err := range rec.Samples("tokens") {
		require.NoError(t, err)
		list = append(list, s)
	}
	return list
}

func giving(list []record.Sample) func(string) iter.Seq2[record.Sample, error] {
	return func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for _, s := range list {
				if !yield(s, nil) {
					return
				}
			}
		}
	}
}

// Workers write what they have done when it is done: no order of that changes an answer.
func TestTheOrderOfOutcomesChangesNothing(t *testing.T) {
	whole := example.Passing()
	want := kpi.Compute(whole, kpi.Settings{}).Result
	list := samplesOf(t, whole)
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 4)) // repeatable on purpose
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		whole.Samples = giving(list)
		got := kpi.Compute(whole, kpi.Settings{}).Result
		for _, r := range []*kpi.Result{&want, &got} { // which request ids are kept is the order's
			for i := range r.Loads {
				for j := range r.Loads[i].Errors {
					r.Loads[i].Errors[j].RequestIDs, r.Loads[i].Errors[j].SentIDs = nil, nil
				}
			}
		}
		require.Equal(t, want, got)
	}
}

// What is there twice would count twice.
func TestAnOutcomeThatIsThereTwiceIsDamage(t *testing.T) {
	rec := example.Passing()
	list := samplesOf(t, rec)
	rec.Samples = giving(append(list, list[100:200]...))
	a := kpi.Compute(rec, kpi.Settings{})
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Contains(t, a.Result.Summary, "arrival 100 is there twice")
}

// Parts of an arrival have its number, and are no arrivals.
func TestThePartsOfAnArrivalAreNotIt(t *testing.T) {
	rec := example.Passing()
	list := samplesOf(t, rec)
	parts := append([]record.Sample(nil), list...)
	for i := range parts {
		parts[i].Operation = "keystone.issue_token"
	}
	rec.Samples = giving(append(parts, list...))
	require.Equal(t, kpi.Pass, kpi.Compute(rec, kpi.Settings{}).Result.Verdict)
}

// A node's stamp that cannot be is of a clock that was set meanwhile: what was heard
// counts, and nothing that rests on it passes.
func TestAStampThatCannotBeIsNotBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		off  time.Duration
		want string
	}{
		"in the future":         {time.Hour, "ctl-2 says that it was held 59m59.96s after that was heard of"},
		"before it was asked":   {-time.Hour, "ctl-2 says that it was held 59m59.92s before that was asked for"},
		"as it may be, drifted": {-500 * time.Millisecond, ""},
	} {
		rec := example.Passing()
		for i, e := range rec.Events {
			if e.Target != nil && e.Target.State == record.Held && e.Target.Target.Node == "ctl-2" {
				at := *e.Target.NodeAt + c.off
				target := *e.Target
				target.NodeAt = &at
				rec.Events[i].Target = &target
			}
		}
		a := kpi.Compute(rec, kpi.Settings{})
		if c.want == "" {
			require.Equal(t, kpi.Pass, a.Result.Verdict, name)
			continue
		}
		require.Equal(t, kpi.Unknown, a.Result.Verdict, name)
		found := ""
		for _, q := range a.Result.Quality {
			if q.Assumption == "clocks are close" {
				found = q.Detail
			}
		}
		require.Contains(t, found, c.want, name)
		require.InDelta(t, 30000, *a.Result.Faults[0].EffectiveAtMS, 50, "the other target's stamp, or what was heard")
	}
}

package kpi_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// watchedLong is a run of fifty minutes in which one of three members is ill for 13 s from 2500 s
// on, and each is read once a second, by one collector after the other.
func watchedLong(t *testing.T, collectors []string, late func(collector string, second int) time.Duration) *kpi.Analysis {
	t.Helper()
	j := example.NewJournal("long", 5, `redundancy_restored("lose-keystone") <= 60s`)
	j.Declare("lose-keystone", "service.kill", 10*time.Second, "keystone", record.Target{Node: "ctl-2", Service: "keystone"})
	j.Phase(0, "warmup")
	j.Phase(5*time.Second, "baseline")
	j.Phase(2400*time.Second, "chaos")
	j.Strike("lose-keystone", 2500*time.Second, "dead")
	j.Undo("lose-keystone", 2510*time.Second, "engine")
	j.Phase(2600*time.Second, "recovery")
	j.End(3000 * time.Second)
	rec := j.Record(example.Cloud{Seed: 7, Rate: 5, Length: 3000 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3})
	threeKeystones(&rec)
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for _, by := range collectors {
				for s := range 3000 {
					for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
						at := time.Duration(s)*time.Second + late(by, s)
						r := record.Reading{Signal: "service.healthy", Labels: map[string]string{"node": node, "service": "keystone"}, At: at, Value: 1, Collector: by}
						if node == "ctl-2" && s >= 2500 && s < 2513 {
							r.Value = 0
						}
						if !yield(r, nil) {
							return
						}
					}
				}
			}
		}
	}
	return kpi.Compute(rec, kpi.Settings{})
}

// Two collectors that read the same, or one that is late once, make no member away that is
// there, and none there that is away, however long the run is.
func TestRedundancyIsReadAsItWasHoweverOftenItIsRead(t *testing.T) {
	steady := func(string, int) time.Duration { return 0 }
	for name, a := range map[string]*kpi.Analysis{
		"one collector": watchedLong(t, []string{"services"}, steady),
		"two collectors": watchedLong(t, []string{"health", "services"}, func(by string, _ int) time.Duration {
			if by == "health" {
				return 0
			}
			return 5 * time.Millisecond
		}),
		"one late sweep": watchedLong(t, []string{"services"}, func(_ string, second int) time.Duration {
			if second == 100 {
				return 800 * time.Millisecond
			}
			return 0
		}),
		"sweeps that are told after newer words": watchedLong(t, []string{"services"}, func(_ string, second int) time.Duration {
			if second == 100 || second == 2514 {
				return -3 * time.Second
			}
			return 0
		}),
	} {
		require.Equal(t, kpi.Pass, a.Result.Verdict, "%s: %s", name, a.Result.Summary)
		k := figure(t, a, "redundancy_restored", "lose-keystone")
		require.Equal(t, kpi.Measured, k.State, "%s: %s", name, k.Detail)
		require.InDelta(t, 13, *k.Value, 0.1, name)
		require.Contains(t, k.Detail, "keystone had 2 of 3", name)
	}
}

// Readings that were put into another order are no story: the record is damaged, and says so.
func TestReadingsThatGoBackInTimeAreDamage(t *testing.T) {
	a := watchedLong(t, []string{"services"}, func(_ string, second int) time.Duration {
		return time.Duration(3000-2*second) * time.Second // the newest first
	})
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Contains(t, a.Result.Summary, "read signals of services: they go back in time")
}

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

// seldom is what a load sees that asks twice a second, where something is done to each sample.
func seldom(change func(*record.Sample), objectives ...string) *kpi.Analysis {
	rec := example.Passing()
	rec.Meta.Objectives, rec.Meta.Loads[0].Rate, rec.Failures = objectives, 2, nil
	service := example.Service{Seed: 1, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s := range service.Open(2, false, 80*time.Second)(load) {
				if change(&s); !yield(s, nil) {
					return
				}
			}
		}
	}
	return kpi.Compute(rec, kpi.Settings{Sustain: 20 * time.Second})
}

// A single failure does not make a stall, in which all the others waited, a chance.
func TestAFailureInAStallTakesNothingFromIt(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 32, 42) {
			if s.End = 42*time.Second + 50*time.Millisecond; s.Intended == 35*time.Second {
				fail(s)
			}
		}
	}, `outage("tokens") <= 5s`)
	require.GreaterOrEqual(t, *figure(t, a, "outage", "tokens").Low, 9.0)
	require.Equal(t, kpi.Fail, a.Result.Objectives[0].Verdict)
}

// Two sides of which none has seen an outage are the same, however short a one each would
// have seen.
func TestNoOutageOnBothSidesIsTheSame(t *testing.T) {
	r := &judged(t, nil, `outage("tokens") <= 1s`).Result
	require.NotZero(t, *r.Objectives[0].High)
	set := []*kpi.Result{r, r, r}
	require.Equal(t, kpi.Same, kpi.Compare(set, set)[0].Word)
}

// What may be no more than what fails anyway, and may be harm, is neither.
func TestWhatMayBeChanceIsNotNoHarm(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		n := int(s.Intended / (100 * time.Millisecond))
		if s.Intended == 10*time.Second || between(s, 31, 51) && n%15 == 0 {
			fail(s)
		}
	}, `time_to_recover("lose-keystone") <= 5s`, `time_to_recover("lose-keystone") <= 60s`)
	k := figure(t, a, "time_to_recover", "lose-keystone")
	require.Equal(t, kpi.None, k.State)
	require.InDelta(t, 18, *k.High, 5)
	require.Equal(t, []kpi.Verdict{kpi.Unknown, kpi.Pass}, []kpi.Verdict{a.Result.Objectives[0].Verdict, a.Result.Objectives[1].Verdict})
	require.Equal(t, kpi.None, figure(t, a, "degraded", "lose-keystone").State)
}

// However few arrivals a second has, one in which none is answered is detected.
func TestATotalLossOfARareLoadIsDetected(t *testing.T) {
	a := seldom(func(s *record.Sample) {
		if s.Intended == 10*time.Second || between(s, 33, 48) {
			fail(s)
		}
	})
	require.InDelta(t, 3, *figure(t, a, "time_to_detect", "lose-keystone").Value, 1.1)
}

// A time-out as there was one before is no detection of a fault.
func TestATimeOutThatCouldBeAnyIsNoDetection(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if s.Intended == 10*time.Second || s.Intended == 42*time.Second {
			s.Class, s.Status, s.End = record.Timeout, 0, s.Intended+5*time.Second
		}
	})
	require.Equal(t, kpi.None, figure(t, a, "time_to_detect", "lose-keystone").State)
}

// Before a load begins, and while it is told to stand still, nobody asks.
func TestALoadThatStandsStillHidesNoOutage(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Loads[0].Rate, rec.Failures = 10, nil
	rec.Samples = func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s := range steady(nil)("tokens") {
				if s.Intended > 9*time.Second && !between(&s, 35, 50) && !yield(s, nil) {
					return
				}
			}
		}
	}
	load := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second}).Loads[0]
	require.NoError(t, load.NoBound)
	require.Empty(t, load.Outages)
	require.Less(t, load.Unseen, time.Second)
}

// Who is answered late was being answered until then.
func TestSlowAnswersHideNoOutage(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 31, 41) {
			s.End += 1700 * time.Millisecond
		}
	}, `outage("tokens") <= 2s`)
	require.Equal(t, kpi.Pass, a.Result.Objectives[0].Verdict)
}

// An outage to the very end of a rare load is one: nothing was due beside it there.
func TestAnOutageToTheEndOfARareLoadIsOne(t *testing.T) {
	a := seldom(func(s *record.Sample) {
		if between(s, 72, 80) {
			fail(s)
		}
	}, `outage("tokens") <= 5s`)
	require.Equal(t, kpi.Fail, a.Result.Objectives[0].Verdict)
}

// What found no place would have fared as those that did.
func TestWhatFoundNoPlaceIsCountedAsThoseThatDid(t *testing.T) {
	n := 0
	a := judged(t, func(s *record.Sample) {
		if !between(s, 31, 36) {
			return
		}
		switch n++; n % 5 {
		case 1, 2, 3:
			s.Class, s.End = record.Dropped, s.Intended+2*time.Second
		case 4:
			fail(s)
		}
	})
	k := figure(t, a, "availability", "tokens")
	due := float64(k.N)
	require.InDelta(t, (due-40)/due, *k.Value, 1e-9, "30 dropped, 10 failed")
	require.InDelta(t, (due-25)/due, *k.High, 1e-9, "and half of the 30 would have failed, too")
}

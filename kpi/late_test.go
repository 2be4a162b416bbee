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

// Where the machine that sends stands still beside a fault, that is not laid to the cloud: what
// waited for a place in flight is, and says nothing of who sends.
func TestWhoSendsMayStandStillBesideAFault(t *testing.T) {
	of := func(queued bool, length time.Duration) *kpi.Analysis {
		rec := example.Passing()
		rec.Failures, rec.Meta.Objectives = nil, []string{`time_to_recover("lose-keystone") <= 5s`}
		rec.Meta.Loads[0].Rate = 20
		open := example.Service{Seed: 3, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}.Open(20, false, 80*time.Second)
		rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
			return func(yield func(record.Sample, error) bool) {
				for s, err := range open(load) {
					if until := 31*time.Second + length; s.Intended > 31*time.Second && s.Intended < until {
						s.Started, s.End, s.Queued = until, until+s.End-s.Started, queued
					}
					if !yield(s, err) {
						return
					}
				}
			}
		}
		return kpi.Compute(rec, kpi.Settings{})
	}
	a := of(false, 8*time.Second)
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
	require.Contains(t, a.Result.Objectives[0].Detail, "late in chaos, more than 1 s: whoever sends stood still")
	require.NotContains(t, of(true, 8*time.Second).Result.Objectives[0].Detail, "late", "it is the cloud that is slow")
	require.NotContains(t, of(false, 300*time.Millisecond).Result.Objectives[0].Detail, "late")
}

// A percentile does not hide what nobody has answered: two in a hundred arrivals that were given up
// after ten seconds are beyond the 99th, whatever the others took. What was refused at once has no
// response time, and is in the availability.
func TestAPercentileDoesNotHideWhatNobodyAnswered(t *testing.T) {
	of := func(harm example.Harm, length time.Duration) *kpi.Analysis {
		rec := example.Passing()
		rec.Meta.Loads[0].Rate, rec.Meta.Loads[0].Process = 20, "constant"
		rec.Failures, rec.Meta.Objectives = nil, []string{`p99("tokens") <= 9s`, `p99("tokens") <= 60s`, `p95("tokens") <= 9s`}
		rec.Samples = example.Service{Seed: 3, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: []example.Trouble{
			{From: 40 * time.Second, To: 40*time.Second + length, Harm: harm},
		}}.Open(20, false, 80*time.Second)
		return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	}
	lost := of(example.Silences, 2*time.Second)
	verdicts := func(a *kpi.Analysis) (all []kpi.Verdict) {
		for _, o := range a.Result.Objectives[:3] {
			all = append(all, o.Verdict)
		}
		return all
	}
	require.Equal(t, []kpi.Verdict{kpi.Fail, kpi.Unknown, kpi.Pass}, verdicts(lost), "it took ten seconds at least, and nobody knows how many")
	require.Contains(t, lost.Result.Summary, "P99 of tokens was over 10 s (40 of 1")
	chaos := lost.Result.Loads[0].Windows[record.Chaos]
	require.Equal(t, []string{"p95"}, chaos.Open, "of those that so few arrivals tell")
	require.EqualValues(t, 40, chaos.Unanswered)
	refused := of(example.Refuses, 2*time.Second)
	require.Equal(t, []kpi.Verdict{kpi.Pass, kpi.Pass, kpi.Pass}, verdicts(refused))
	require.Zero(t, refused.Result.Loads[0].Windows[record.Chaos].Unanswered)
	few := of(example.Silences, 650*time.Millisecond) // 13 of them
	require.Equal(t, []kpi.Verdict{kpi.Unknown, kpi.Unknown, kpi.Pass}, verdicts(few), "as well there may have been more than one in a hundred")
}

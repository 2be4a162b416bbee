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

// workers is a closed load: four clients that each send again as soon as they
// have their answer, after 100 ms, but for a stall from 32 s to 42 s.
func workers(string) iter.Seq2[record.Sample, error] {
	return func(yield func(record.Sample, error) bool) {
		number := int64(0)
		for at := time.Duration(0); at < 80*time.Second; {
			end := at + 100*time.Millisecond
			if at >= 32*time.Second && at < 42*time.Second {
				end = 42*time.Second + 50*time.Millisecond
			}
			for range 4 {
				number++
				if !yield(record.Sample{Iteration: number, Intended: at, Started: at, End: end}, nil) {
					return
				}
			}
			at = end
		}
	}
}

// While every worker of a closed load waits, nothing is due and nothing fails:
// the stall is seen by the waiting alone.
func TestAStallOfAClosedLoadIsSeen(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Loads = []record.LoadPlan{{Name: "tokens", Workload: "keystone.issue_token", Model: "closed", Workers: 4}}
	rec.Meta.Objectives = []string{`outage("tokens") <= 5s`}
	rec.Samples = workers
	a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	require.InDelta(t, 10.05, *figure(t, a, "outage", "tokens").Value, 0.01)
	require.InDelta(t, 10, *figure(t, a, "downtime", "tokens").Value, 1)
	back := figure(t, a, "time_to_recover", "lose-keystone")
	require.InDelta(t, 12, *back.Value, 1e-6, "no second of the stall is healthy, its last neither")
	require.InDelta(t, 11, *back.Low, 0.01)
	require.Equal(t, kpi.Fail, a.Result.Verdict)
}

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		x    float64
		unit string
		want string
	}{
		{0.9784, "ratio", "97.84 %"},
		{1, "ratio", "100 %"},
		{148.2, "s", "148 s"},
		{14.05, "s", "14.1 s"},
		{3, "s", "3 s"},
		{0.412, "s", "412 ms"},
		{0.0019, "s", "1.9 ms"},
		{0, "s", "0 s"},
		{-0.929, "s", "−929 ms"},
		{-143, "s", "−143 s"},
		{144000, "1", "144\u202f000"},
		{-2790, "1", "−2\u202f790"},
		{0.0123, "1", "0.01"},
		{1536, "bytes", "1.5 KiB"},
		{12, "packets", "12 packets"},
	} {
		require.Equal(t, c.want, kpi.Quantity(c.x, c.unit))
	}
}

// Where one arrival takes seconds the baseline has too few for a percentile:
// then the latest of them says whether the load was on time.
func TestASlowLoadIsJudgedByItsLatestArrival(t *testing.T) {
	for late, verdict := range map[time.Duration]kpi.Verdict{0: kpi.Pass, 2 * time.Second: kpi.Unknown} {
		rec := example.Passing()
		rec.Meta.Loads = []record.LoadPlan{{Name: "tokens", Workload: "nova.boot_and_delete_server", Model: "closed", Workers: 1}}
		rec.Meta.Objectives = []string{`availability("tokens") >= 99%`}
		rec.Samples = func(string) iter.Seq2[record.Sample, error] {
			return func(yield func(record.Sample, error) bool) {
				for i := range int64(16) {
					at := time.Duration(i) * 5 * time.Second
					s := record.Sample{Iteration: i, Intended: at, Started: at, End: at + 5*time.Second}
					if i == 3 {
						s.Started += late
					}
					if !yield(s, nil) {
						return
					}
				}
			}
		}
		a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
		require.Equal(t, verdict, a.Result.Verdict, a.Result.Summary)
	}
}

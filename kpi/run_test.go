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

// steady is a load of ten arrivals a second that all take 50 ms, over 80 s;
// change alters each before it is given.
func steady(change func(*record.Sample)) func(string) iter.Seq2[record.Sample, error] {
	return func(string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for i := range int64(800) {
				due := time.Duration(i) * 100 * time.Millisecond
				s := record.Sample{Iteration: i, Intended: due, Started: due, End: due + 50*time.Millisecond, Status: 200}
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

// between tells whether an arrival was due in a stretch, given in seconds.
func between(s *record.Sample, from, to float64) bool {
	return s.Intended.Seconds() >= from && s.Intended.Seconds() < to
}

// judged is a run of 80 s (baseline from 5 s, chaos from 25 s, recovery from
// 55 s) with a fault from 30 s to 40.7 s, and the load that steady makes.
func judged(t *testing.T, change func(*record.Sample), objectives ...string) *kpi.Analysis {
	t.Helper()
	rec := example.Passing()
	rec.Meta.Objectives = objectives
	rec.Meta.Loads[0].Rate = 10
	rec.Samples, rec.Failures = steady(change), nil
	return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
}

// figure finds a KPI.
func figure(t *testing.T, a *kpi.Analysis, name, scope string) kpi.KPI {
	t.Helper()
	for _, k := range a.Result.KPIs {
		if k.Name == name && k.Scope == scope {
			return k
		}
	}
	require.Fail(t, "no such figure", "%s of %s", name, scope)
	return kpi.KPI{}
}

func fail(s *record.Sample) {
	s.Class, s.Status, s.RequestID = record.HTTP5xx, 503, "req-1"
}

// Of how many a figure is is told beside it: arrivals, answers, or loads.
func TestEachFigureHasItsNumber(t *testing.T) {
	a := kpi.Compute(example.Passing(), kpi.Settings{})
	require.EqualValues(t, a.Result.Loads[0].Windows["held:lose-keystone"].Count, figure(t, a, "latency_ratio", "lose-keystone").N)
	for _, k := range a.Result.KPIs {
		if k.State == kpi.Measured {
			require.Positive(t, k.N, k.Name)
		}
	}
}

func TestNothingHappens(t *testing.T) {
	a := judged(t, nil, `availability("tokens") >= 99.9%`, `outage("tokens") <= 1s`, `downtime("tokens") <= 0s`, `time_to_recover("lose-keystone") <= 1s`)
	require.Equal(t, kpi.Pass, a.Result.Verdict, a.Result.Summary)
	require.Equal(t, kpi.ExitPass, a.Result.Exit)
	for name, scope := range map[string]string{
		"outage": "tokens", "downtime": "tokens", "time_to_detect": "lose-keystone", "time_to_recover": "lose-keystone", "degraded": "lose-keystone",
	} {
		k := figure(t, a, name, scope)
		require.Equal(t, kpi.None, k.State, name)
		require.Nil(t, k.Value, name)
	}
	require.InDelta(t, 1.0, *figure(t, a, "availability", "tokens").Value, 1e-9)
	for i, o := range a.Result.Objectives {
		require.Equal(t, i > 0, o.None, o.Expression)
	}
}

func TestFiguresOfAFailure(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 31, 36) {
			fail(s)
		}
	})
	require.InDelta(t, 700.0/750, *figure(t, a, "availability", "tokens").Value, 1e-9)
	require.InDelta(t, 5.0, *figure(t, a, "downtime", "tokens").Value, 1e-9)
	outage := figure(t, a, "outage", "tokens")
	require.InDelta(t, 5.1, *outage.Value, 1e-6, "from the last success to the next")
	require.InDelta(t, 4.85, *outage.Low, 1e-6, "from the first answer that was an error to the last question that got one")
	require.InDelta(t, 5.15, *outage.High, 1e-6, "from the last question that was served to the next answer")
	require.Equal(t, 1, outage.N)
	require.InDelta(t, 0.085, *figure(t, a, "time_to_effect", "lose-keystone").Value, 1e-6)
	require.InDelta(t, 1.05, *figure(t, a, "time_to_detect", "lose-keystone").Value, 1e-6)
	recovered := figure(t, a, "time_to_recover", "lose-keystone")
	require.InDelta(t, 6, *recovered.Value, 1e-6)
	require.InDelta(t, 5.9, *recovered.Low, 0.01, "when the last that failed was sent")
	require.InDelta(t, 6, *recovered.High, 0.01, "when the first after it was answered, less what an answer takes")
	require.InDelta(t, 36000, *a.Result.Faults[0].RecoveredAtMS, 1e-6)
	require.Equal(t, kpi.None, figure(t, a, "time_to_recover_after_undo", "lose-keystone").State, "it was healthy again before the undo")
	require.InDelta(t, 50.0, *figure(t, a, "failed", "lose-keystone").Value, 1e-9)
	require.Equal(t, []kpi.ErrorCount{{Class: "http_5xx", Count: 50, RequestIDs: []string{"req-1", "req-1", "req-1", "req-1", "req-1"}}}, a.Result.Loads[0].Errors)
}

// In a stall every request succeeds in the end. A figure that counts failures
// alone would call it no downtime.
func TestAStallOfEveryClientIsAnOutage(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 32, 42) {
			s.End = 42*time.Second + 50*time.Millisecond
		}
	})
	require.InDelta(t, 1.0, *figure(t, a, "availability", "tokens").Value, 1e-9)
	require.InDelta(t, 10.1, *figure(t, a, "outage", "tokens").Value, 0.01)
	require.InDelta(t, 9.0, *figure(t, a, "downtime", "tokens").Value, 1e-9, "those of its last second were answered within a second")
	require.InDelta(t, 3, *figure(t, a, "time_to_detect", "lose-keystone").Value, 0.01, "the first was late one second after it was due")
	require.InDelta(t, 12, *figure(t, a, "time_to_recover", "lose-keystone").Value, 0.01)
	require.InDelta(t, 1.3, *figure(t, a, "time_to_recover_after_undo", "lose-keystone").Value, 0.01)
}

func TestDroppedArrivalsAreNotAvailableAndAbortedOnesDoNotCount(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		switch {
		case between(s, 40, 45):
			s.Class, s.End = record.Dropped, s.Intended
		case between(s, 79, 80):
			s.Class = record.Aborted
		}
	})
	require.InDelta(t, 690.0/740, *figure(t, a, "availability", "tokens").Value, 1e-9)
	l := a.Result.Loads[0]
	require.Equal(t, []int64{800, 750, 740, 0, 50, 10}, []int64{l.Planned, l.Started, l.Succeeded, l.Failed, l.Dropped, l.Aborted})
}

func TestRecoveryIsCensoredByTheEndOfTheRun(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 31, 75) && s.Iteration%2 == 0 {
			fail(s)
		}
	}, `time_to_recover("lose-keystone") <= 30s`, `time_to_recover("lose-keystone") <= 60s`)
	k := figure(t, a, "time_to_recover", "lose-keystone")
	require.Equal(t, kpi.Censored, k.State)
	require.InDelta(t, 44.8, *k.Value, 0.01, "what comes after the last failure may be its beginning")
	require.Nil(t, k.High)
	require.Nil(t, a.Result.Faults[0].RecoveredAtMS)
	require.Equal(t, kpi.Fail, a.Result.Objectives[0].Verdict, "at least 45 s is more than 30 s")
	require.Equal(t, kpi.Unknown, a.Result.Objectives[1].Verdict, "at least 45 s may be less than 60 s")
	require.Contains(t, a.Result.Summary, "over 44.8 s (not over when the run ended), the objective is ≤ 30 s")
}

func TestAnOutageThatDoesNotEnd(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 50, 80) {
			fail(s)
		}
	}, `outage("tokens") <= 5s`)
	k := figure(t, a, "outage", "tokens")
	require.Equal(t, kpi.Censored, k.State)
	require.InDelta(t, 29.85, *k.Value, 0.01, "from the first answer that was an error to the last question that got one")
	require.Equal(t, kpi.Fail, a.Result.Verdict)
	require.Equal(t, kpi.ExitFail, a.Result.Exit)
}

// A cloud that suffers only later must not be called recovered at once.
func TestALateOnsetIsNotAnInstantRecovery(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if between(s, 48, 52) {
			s.End += 400 * time.Millisecond
		}
	})
	require.InDelta(t, 22, *figure(t, a, "time_to_recover", "lose-keystone").Value, 1e-6)
}

func TestPercentilesNeedTenAnswersBeyondThem(t *testing.T) {
	a := judged(t, nil, `p90("tokens", "baseline") <= 1s`, `p99("tokens", "baseline") <= 1s`, `p50("tokens", "nowhere") <= 1s`, `p99("tokens") <= 1s`)
	w := a.Result.Loads[0].Windows["baseline"]
	require.EqualValues(t, 200, w.Count)
	require.InDelta(t, 50, *w.P90MS, 0.1)
	require.NotNil(t, w.P95MS)
	require.Nil(t, w.P99MS)
	var verdicts []kpi.Verdict
	for _, o := range a.Result.Objectives[:4] {
		verdicts = append(verdicts, o.Verdict)
	}
	require.Equal(t, []kpi.Verdict{kpi.Pass, kpi.Unknown, kpi.Unknown, kpi.Unknown}, verdicts)
	require.Contains(t, a.Result.Objectives[1].Detail, "there were 200 in all")
	require.Contains(t, a.Result.Objectives[2].Detail, "did not reach its phase nowhere")
}

// Of two loads one is degraded for long and back soon, the other for a second and
// back last: each figure is that of the load which suffered most of it.
func TestTheLongestDegradedNeedNotBeTheLastToRecover(t *testing.T) {
	rec := example.Passing()
	rec.Meta.Objectives, rec.Failures = nil, nil
	rec.Meta.Loads[0].Rate = 10
	rec.Meta.Loads = append(rec.Meta.Loads, record.LoadPlan{Name: "images", Workload: "glance.list_images", Model: "open", Rate: 10, Process: "constant"})
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		return steady(func(s *record.Sample) {
			if load == "tokens" && between(s, 31, 45) || load == "images" && between(s, 48, 49) {
				fail(s)
			}
		})(load)
	}
	a := kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	recovered := figure(t, a, "time_to_recover", "lose-keystone")
	require.InDelta(t, 19, *recovered.Value, 1e-6)
	require.Contains(t, recovered.Detail, "images")
	degraded := figure(t, a, "degraded", "lose-keystone")
	require.InDelta(t, 14, *degraded.Value, 1e-6)
	require.Equal(t, "tokens", degraded.Detail)
	require.Equal(t, 2, degraded.N)
}

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

// beside is the small passing run, in which tokens are well all the time, with a second load.
func beside(plan record.LoadPlan, samples func(string) iter.Seq2[record.Sample, error], objectives ...string) *kpi.Analysis {
	rec := example.Passing()
	rec.Failures, rec.Meta.Objectives = nil, objectives
	rec.Meta.Loads = []record.LoadPlan{rec.Meta.Loads[0], plan}
	rec.Meta.Loads[0].Rate = 20
	well := example.Service{Seed: 3, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}.Open(20, false, 80*time.Second)
	rec.Samples = func(load string) iter.Seq2[record.Sample, error] {
		if load == "tokens" {
			return well(load)
		}
		return samples(load)
	}
	return kpi.Compute(rec, kpi.Settings{})
}

// A load of which too little is known to judge it, and whose arrivals failed, is not passed
// over: nothing passes for the others' sake. One of which nothing failed is only named.
func TestALoadThatIsDeadIsNotPassedOver(t *testing.T) {
	boots := record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "closed", Workers: 2}
	of := func(out ...example.Trouble) *kpi.Analysis {
		s := example.Service{Seed: 5, Median: 5 * time.Second, Spread: 0.1, Limit: time.Minute, Troubles: out}
		return beside(boots, s.Closed(2, 100*time.Millisecond, 80*time.Second), `time_to_recover(any) <= 30s`)
	}
	dead := of(example.Trouble{From: 29 * time.Second, To: 80 * time.Second, Harm: example.Refuses})
	require.Equal(t, kpi.Unknown, dead.Result.Objectives[0].Verdict)
	require.Contains(t, dead.Result.Objectives[0].Detail, "nothing is known of boots, of which arrivals failed: fewer than 20 arrivals succeeded in the baseline")
	for _, name := range []string{"time_to_recover", "degraded", "downtime"} {
		require.Equal(t, kpi.NotMeasured, figure(t, dead, name, "lose-keystone").State, name)
	}
	require.Equal(t, kpi.Censored, figure(t, dead, "latency_ratio", "lose-keystone").State)
	require.Equal(t, `unexpected_outage("boots") <= 5s`, dead.Result.Objectives[2].Expression, "that needs less: nobody was served for 45 s")
	require.Equal(t, kpi.Fail, dead.Result.Objectives[2].Verdict)
	require.Equal(t, kpi.Fail, dead.Result.Verdict)

	well := of()
	require.Equal(t, kpi.Pass, well.Result.Verdict, well.Result.Summary)
	require.Contains(t, figure(t, well, "time_to_recover", "lose-keystone").Detail, "nothing is known of boots")
	require.Len(t, well.Result.Objectives, 2)
}

// Which of two loads is slower may not be known: the interval has both. One that stood still
// while the fault was held, so that it has no answers to count, leaves it open.
func TestTheSlowerOfTwoLoadsMayBeEither(t *testing.T) {
	alone, together := 0, 0
	for seed := range uint64(40) {
		s := example.Service{Seed: seed, Median: 400 * time.Millisecond, Spread: 1.5, Limit: time.Minute}
		boots := record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "open", Rate: 3, Process: "constant"}
		both := figure(t, beside(boots, s.Open(3, false, 80*time.Second)), "latency_ratio", "lose-keystone")
		rec := example.Passing()
		rec.Failures, rec.Meta.Loads = nil, []record.LoadPlan{boots}
		rec.Samples = s.Open(3, false, 80*time.Second)
		if one := figure(t, kpi.Compute(rec, kpi.Settings{}), "latency_ratio", "lose-keystone"); one.State == kpi.Measured {
			alone++
			if both.State == kpi.Measured && *both.High >= *one.High {
				together++
			}
		}
	}
	require.Positive(t, alone)
	require.Equal(t, alone, together)

	s := example.Service{Seed: 5, Median: 400 * time.Millisecond, Spread: 0.2, Limit: time.Minute, Troubles: []example.Trouble{{From: 30 * time.Second, To: 41 * time.Second, Harm: example.Stalls}}}
	a := beside(record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "closed", Workers: 2}, s.Closed(2, 100*time.Millisecond, 80*time.Second), `latency_ratio("lose-keystone") <= 1.5`)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
}

// A default promise is switched off by one of the scenario's that says what outage is borne, and
// by nothing else.
func TestOnlyALimitTakesThePlaceOfWhatHoldsByDefault(t *testing.T) {
	const most, minor = `outage("tokens") <= 600s`, "minor"
	for _, c := range []struct {
		promise, severity string
		verdict           kpi.Verdict
	}{
		{most, "", kpi.Pass}, {`downtime("tokens") <= 600s`, "", kpi.Pass}, {most, minor, kpi.Fail}, {`outage("tokens") >= 0s`, "", kpi.Fail},
		{`p50("tokens", "baseline") <= 10s + outage("tokens")`, "", kpi.Fail},
	} {
		rec := example.Passing()
		rec.Failures, rec.Meta.Objectives = nil, []string{`availability("tokens") >= 50%`, c.promise}
		rec.Meta.Judged = map[string]record.Judged{c.promise: {Severity: c.severity}}
		rec.Meta.Loads[0].Rate = 20
		rec.Samples = example.Service{Seed: 5, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second, Troubles: []example.Trouble{outFrom(31, 46)}}.Open(20, false, 80*time.Second)
		require.Equal(t, c.verdict, kpi.Compute(rec, kpi.Settings{}).Result.Verdict, "%+v", c)
	}
}

// Where nothing was sent nobody saw whether something would have been lost.
func TestNoLossIsKnownWhileNothingIsSent(t *testing.T) {
	ping := record.LoadPlan{Name: "ping", Workload: "tcp.echo", Model: "closed", Workers: 1}
	s := example.Service{Seed: 5, Median: 5 * time.Millisecond, Spread: 0.1, Limit: time.Minute, Troubles: []example.Trouble{{From: 31 * time.Second, To: 46 * time.Second, Harm: example.Stalls}}}
	a := beside(ping, s.Closed(1, 100*time.Millisecond, 80*time.Second), `loss_gap("ping") <= 1s`)
	k := figure(t, a, "loss_gap", "ping")
	require.Equal(t, kpi.None, k.State)
	require.InDelta(t, 15, *k.High, 0.3)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[0].Verdict)
}

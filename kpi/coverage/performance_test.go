package coverage_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
)

// timed is a run of one specification, so many days ago, with an outage that is known to a
// second, and answers that took so much longer while the fault was held.
func timed(id string, days int, outage, ratio float64, change ...func(*kpi.Result)) coverage.Run {
	return struck(id, "service.kill", days, append([]func(*kpi.Result){func(r *kpi.Result) {
		r.Scenario.SHA256 = "91ab"
		r.Objectives[0] = kpi.Objective{Expression: `outage("tokens") <= 60s`, Text: "longest outage of tokens", Unit: "s", Operator: "<=", Verdict: kpi.Pass,
			Measured: new(outage), Low: new(outage - 0.5), High: new(outage + 0.5), Limit: new(60.0)}
		r.KPIs = []kpi.KPI{{Name: "latency_ratio", Scope: "lose", Detail: "p99 of tokens", State: kpi.Measured, Value: new(ratio), Low: new(ratio - 0.5), High: new(ratio + 0.5)}}
	}}, change...)...)
}

// One run against one run is an observation with its interval, and no word.
func TestARunAgainstTheOneBefore(t *testing.T) {
	got := coverage.Performance([]coverage.Run{timed("b", 1, 9, 1), timed("a", 3, 4, 1), timed("c", 5, 20, 1)})
	require.Len(t, got, 1)
	v := got[0]
	require.Equal(t, []any{"previous run", kpi.CannotTell, 9.0, 4.0, 4.0, 6.0}, []any{v.Against, v.Word, *v.Newest, *v.Other, *v.Low, *v.High})
	require.Equal(t, "longest outage of tokens was 9 s, before 4 s (change 4 s to 6 s)", v.Says())
	require.Contains(t, v.Why, "1 run against 1 run is an observation")
	require.Equal(t, "b", v.Last.Run)
	require.Equal(t, "a", v.Of.Run)
}

func TestWhatIsNotWorseThanBefore(t *testing.T) {
	stopped := func(r *kpi.Result) { r.Exit = kpi.ExitStopped }
	doubtful := func(r *kpi.Result) { r.Quality[0].Verdict = kpi.Unknown }
	other := func(r *kpi.Result) { r.Scenario.SHA256 = "77ff" }
	elsewhere := func(r *kpi.Result) { r.Cloud.Name = "other" }
	for name, runs := range map[string][]coverage.Run{
		"better":                      {timed("a", 3, 9, 1), timed("b", 1, 4, 1)},
		"within what is left open":    {timed("a", 3, 4, 1), timed("b", 1, 4.9, 1)},
		"the first of all":            {timed("a", 3, 4, 1)},
		"of another specification":    {timed("a", 3, 4, 1), timed("b", 1, 9, 1, other)},
		"of another cloud":            {timed("a", 3, 4, 1), timed("b", 1, 9, 1, elsewhere)},
		"the newest was stopped":      {timed("a", 3, 4, 1), timed("b", 1, 9, 1, stopped)},
		"the newest is in doubt":      {timed("a", 3, 4, 1), timed("b", 1, 9, 1, doubtful)},
		"as fast as in the baseline":  {timed("a", 3, 4, 1.4)},
		"perhaps slower than healthy": {timed("a", 3, 4, 1.9)},
	} {
		require.Empty(t, coverage.Performance(runs), name)
	}
}

func TestAnswersThatWereSlowerThanInTheBaseline(t *testing.T) {
	got := coverage.Performance([]coverage.Run{timed("a", 3, 4, 9), timed("b", 1, 4, 3)})
	require.Len(t, got, 1, "of the newest run")
	require.Equal(t, "p99 of tokens while lose was held was 3× the baseline's (2.5× to 3.5×)", got[0].Says())
}

// Three repetitions on each side have a word.
func TestRepetitionsAreOneSide(t *testing.T) {
	var runs []coverage.Run
	for n := range 4 {
		before, after := timed(fmt.Sprint("a", n), 9, 4+float64(n)/10, 1), timed(fmt.Sprint("b", n), 2, 30+float64(n), 1)
		before.Set, after.Set = "runs/before", "runs/after"
		runs = append(runs, before, after)
	}
	got := coverage.Performance(runs)
	require.Len(t, got, 1)
	require.Equal(t, []any{kpi.Worse, 4, 4}, []any{got[0].Word, got[0].Runs, got[0].Before})
	require.Equal(t, "worse, by 4 repetitions against 4", got[0].Why)
}

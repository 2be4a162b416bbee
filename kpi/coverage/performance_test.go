package coverage_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
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

// Of what is only known to be so slow at least that is told where it is too slow, and that it is
// not judged where it may be.
func TestAnswersThatWereSlowerByNobodyKnowsHowMuch(t *testing.T) {
	open := func(r *kpi.Result) {
		r.KPIs[0].State, r.KPIs[0].Value, r.KPIs[0].High = kpi.Censored, r.KPIs[0].Low, nil
	}
	got := coverage.Performance([]coverage.Run{timed("a", 1, 4, 3, open)})
	require.Len(t, got, 1)
	require.Equal(t, "p99 of tokens while lose was held was at least 2.5× the baseline's", got[0].Says())
	require.False(t, got[0].Unjudged)
	got = coverage.Performance([]coverage.Run{timed("a", 1, 4, 1.9, open)})
	require.Len(t, got, 1)
	require.Equal(t, "p99 of tokens while lose was held was at least 1.4× the baseline's: not judged", got[0].Says())
	require.True(t, got[0].Unjudged)
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

// like is a run as the published experiment that killed one Keystone, which had an outage of
// at most 2.08 s.
func like(outage float64, change ...func(*coverage.Run)) coverage.Run {
	run := timed("a", 1, 1, 1, func(r *kpi.Result) {
		r.KPIs = append(r.KPIs, kpi.KPI{Name: "outage", Scope: "tokens", State: kpi.Measured, Value: new(outage), Low: new(outage - 0.1), High: new(outage + 0.1)})
	})
	run.Meta.Faults[0].Targets = run.Meta.Faults[0].Targets[:1]
	run.Meta.Loads = []record.LoadPlan{{Name: "tokens", Workload: "keystone.issue_token"}}
	for _, c := range change {
		c(&run)
	}
	return run
}

func TestARunAgainstThePublishedRecord(t *testing.T) {
	got := coverage.Performance([]coverage.Run{like(4)})
	require.Len(t, got, 1)
	require.Equal(t, "longest outage of tokens was 4 s, published 2.08 s (change 1.82 s to 2.02 s)", got[0].Says())
	require.Contains(t, got[0].Why, "authenticate_with_kill_keystone_service_on_one_node (5)")
	require.Equal(t, kpi.CannotTell, got[0].Word)
	for name, run := range map[string]coverage.Run{
		"within what was published": like(2.15),
		"two targets": like(4, func(r *coverage.Run) {
			r.Meta.Faults[0].Targets = append(r.Meta.Faults[0].Targets, record.Target{Node: "ctl-9", Service: "keystone"})
		}),
		"another kind":        like(4, func(r *coverage.Run) { r.Meta.Faults[0].Fault = "service.freeze" }),
		"another service":     like(4, func(r *coverage.Run) { r.Meta.Faults[0].Targets[0].Service = "glance-api" }),
		"another load":        like(4, func(r *coverage.Run) { r.Meta.Loads[0].Workload = "nova.list_servers" }),
		"beside another load": like(4, func(r *coverage.Run) { r.Meta.Loads = append(r.Meta.Loads, r.Meta.Loads[0]) }),
	} {
		require.Empty(t, coverage.Performance([]coverage.Run{run}), name)
	}
}

// What is held against is what the page of the published record has, which is computed from
// its data.
func TestThePublishedFiguresAreThoseOfThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/published-record.md")
	require.NoError(t, err)
	_, corrected, found := strings.Cut(string(page), "## By the method of Eris")
	require.True(t, found)
	require.Len(t, coverage.PublishedRows(), 4)
	for name, most := range coverage.PublishedRows() {
		_, row, found := strings.Cut(corrected, "| `"+name+"` | ")
		require.True(t, found, name)
		cells := strings.Split(row, " | ")
		for n, value := range most {
			switch {
			case value == nil:
				require.Regexp(t, `unknown|not over when the record ends`, cells[n], name)
			case *value == 0:
				require.Equal(t, "none (5 of 5)", cells[n], name)
			default:
				require.Regexp(t, `(^|to )`+regexp.QuoteMeta(kpi.Quantity(*value, "s"))+` \(`, cells[n], name)
			}
		}
	}
}

package coverage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
)

const dayLong = 24 * time.Hour

func now() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

// struck is a run with one fault on keystone of that kind, so many days ago.
func struck(id, kind string, days int, change ...func(*kpi.Result)) coverage.Run {
	moment := 1.0
	r := &kpi.Result{
		Schema: kpi.Schema, Run: id, Scenario: kpi.Scenario{Name: "lose-" + kind}, Cloud: kpi.Cloud{Name: "prod"},
		Started: now().Add(-time.Duration(days) * dayLong), Verdict: kpi.Pass,
		Faults:     []kpi.Fault{{Name: "lose", Fault: kind, State: "undone", EffectiveAtMS: &moment, UndoVerified: true}},
		Objectives: []kpi.Objective{{Expression: `outage("tokens") <= 5s`, Verdict: kpi.Pass}},
		Quality:    []kpi.Quality{{Assumption: "the load was reached", Verdict: kpi.Pass}},
	}
	for _, c := range change {
		c(r)
	}
	return coverage.Run{Dir: "runs/" + id, Result: r, Meta: record.RunStarted{Run: id, Cloud: "prod", Faults: []record.FaultPlan{
		{Name: "lose", Fault: kind, Targets: []record.Target{{Node: "ctl-1", Service: "keystone"}, {Node: "ctl-2", Service: "keystone"}}, Groups: []string{"keystone"}},
	}}}
}

func thing(family string) coverage.Thing {
	return coverage.Thing{Cloud: "prod", Group: "keystone", Service: "keystone", Family: family}
}

// of is the cell of a family.
func of(t *testing.T, cells []coverage.Cell, family string) coverage.Cell {
	t.Helper()
	for _, c := range cells {
		if c.Thing == thing(family) {
			return c
		}
	}
	require.Fail(t, "no such cell", family)
	return coverage.Cell{}
}

func TestTheNewestRunSaysWhatIsKnown(t *testing.T) {
	fails := func(r *kpi.Result) {
		r.Verdict, r.Exit, r.Objectives[0].Verdict, r.Objectives[0].Text = kpi.Fail, kpi.ExitFail, kpi.Fail, "longest outage of tokens"
	}
	cells := coverage.Cover([]coverage.Run{
		struck("aa", "service.stop", 1, fails), struck("a", "service.kill", 9), struck("b", "service.kill", 3),
	}, []coverage.Thing{thing("network"), thing("service")}, now(), 30*dayLong)
	require.Len(t, cells, 2)
	got := cells[0]
	require.Equal(t, thing("service"), got.Thing)
	require.Equal(t, coverage.Failed, got.State, "what fails stands first")
	require.Equal(t, "longest outage of tokens", got.Why)
	require.Equal(t, []int{2, 1, 0, 0}, []int{got.Passed, got.Failed, got.Untold, got.Refused})
	require.Equal(t, coverage.Evidence{Run: "aa", Scenario: "lose-service.stop", At: now().Add(-dayLong), Report: "runs/aa/report.html#fault-lose"}, *got.Last)
	require.Equal(t, coverage.Cell{Thing: thing("network"), State: coverage.Never}, cells[1])
}

func TestWhatIsKnownOfAFault(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*kpi.Result)
		state  coverage.State
		why    string
	}{
		"passed":         {func(*kpi.Result) {}, coverage.Passed, ""},
		"its undo":       {func(r *kpi.Result) { r.Faults[0].UndoVerified = false }, coverage.Failed, "its undo was not verified"},
		"stuck":          {func(r *kpi.Result) { r.Faults[0].State = "stuck" }, coverage.Failed, "its undo was not verified"},
		"no effect seen": {func(r *kpi.Result) { r.Faults[0].EffectiveAtMS = nil }, coverage.Unknown, "whether it took effect is not known"},
		"cut off":        {func(r *kpi.Result) { r.Faults[0].State = "held" }, coverage.Unknown, "nobody saw its end"},
		"skipped":        {func(r *kpi.Result) { r.Faults[0].State, r.Faults[0].Reason = "skipped", "its condition was not seen" }, coverage.Refused, "its condition was not seen"},
		"no kernel has it": {func(r *kpi.Result) {
			r.Faults[0].State, r.Exit, r.Summary = "planned", kpi.ExitRefused, "netem is not there"
		}, coverage.Refused, "netem is not there"},
		"an objective is open": {func(r *kpi.Result) { r.Objectives[0].Verdict, r.Objectives[0].Detail = kpi.Unknown, "not measured" }, coverage.Unknown, "not measured"},
		"the measurement":      {func(r *kpi.Result) { r.Quality[0].Verdict = kpi.Unknown }, coverage.Unknown, "in doubt: the load was reached"},
		"stopped":              {func(r *kpi.Result) { r.Exit = kpi.ExitStopped }, coverage.Unknown, "the run was stopped"},
		"redundancy did not":   {func(r *kpi.Result) { r.Gaps = []kpi.Gap{{What: "redundancy of keystone did not cover lose"}} }, coverage.Failed, "redundancy of keystone did not cover lose"},
		"not steady again": {func(r *kpi.Result) {
			r.Checks, r.Exit = []kpi.Check{{When: "after", Expression: "x == 1", Verdict: kpi.Fail}}, kpi.ExitFail
		}, coverage.Failed, "steady state after the faults: x == 1"},
		"an error":              {func(r *kpi.Result) { r.Exit = kpi.ExitInternal }, coverage.Unknown, "the run ended by an error"},
		"nobody can tell":       {func(r *kpi.Result) { r.Verdict = kpi.Unknown }, coverage.Unknown, "the run is unknown"},
		"stopped before it":     {func(r *kpi.Result) { r.Faults[0].State, r.Exit = "preflight", kpi.ExitStopped }, coverage.Refused, "the run ended before it"},
		"another fault's miss":  {func(r *kpi.Result) { another(r, `time_to_recover("other") <= 9s`) }, coverage.Passed, ""},
		"a miss of both faults": {func(r *kpi.Result) { another(r, `time_to_recover("other") <= time_to_recover("lose")`) }, coverage.Failed, `time_to_recover("other") <= time_to_recover("lose")`},
	} {
		got := of(t, coverage.Cover([]coverage.Run{struck("a", "service.kill", 1, c.change)}, nil, now(), 30*dayLong), "service")
		require.Equal(t, c.state, got.State, name)
		require.Equal(t, c.why, got.Why, name)
	}
}

// another adds a fault, and a promise that was broken.
func another(r *kpi.Result, promise string) {
	r.Faults = append(r.Faults, kpi.Fault{Name: "other", State: "undone"})
	r.Objectives = append(r.Objectives, kpi.Objective{Expression: promise, Verdict: kpi.Fail})
}

// A run that still goes on shows nothing: no state of what it tries, and no gap that is gone.
func TestARunThatGoesOnIsNotCounted(t *testing.T) {
	going := struck("b", "service.kill", 0, func(r *kpi.Result) { r.Faults[0].State = "held" })
	going.Going = true
	over := struck("a", "service.kill", 3)
	require.Equal(t, coverage.Cover([]coverage.Run{over}, nil, now(), 30*dayLong), coverage.Cover([]coverage.Run{over, going}, nil, now(), 30*dayLong))
	require.Equal(t, coverage.Never, of(t, coverage.Cover([]coverage.Run{going}, []coverage.Thing{thing("service")}, now(), 30*dayLong), "service").State)
	short := struck("c", "service.kill", 0, func(r *kpi.Result) { r.Gaps = []kpi.Gap{{ID: "G1", What: "x"}} })
	short.Going = true
	gaps, _ := coverage.Gaps([]coverage.Run{over, short}, nil)
	require.Empty(t, gaps)
	require.Empty(t, coverage.Performance([]coverage.Run{short, going}))
}

func TestWhatPassedLongAgoIsStale(t *testing.T) {
	old := of(t, coverage.Cover([]coverage.Run{struck("a", "service.kill", 40)}, nil, now(), 30*dayLong), "service")
	require.Equal(t, coverage.Stale, old.State)
	require.Equal(t, "the last time was 40 days ago", old.Why)
	require.Equal(t, coverage.Passed, of(t, coverage.Cover([]coverage.Run{struck("a", "service.kill", 29)}, nil, now(), 30*dayLong), "service").State)
}

// short is a run of one scenario with gaps of those words.
func short(id string, days int, words ...string) coverage.Run {
	return struck(id, "service.kill", days, func(r *kpi.Result) {
		r.Scenario.Name = "drill"
		for _, w := range words {
			r.Exit, r.Verdict = kpi.ExitFail, kpi.Fail
			r.Gaps = append(r.Gaps, kpi.Gap{ID: "G1", What: w, Expected: "≤ 5 s", Observed: id})
		}
		r.Loads = []kpi.Load{{Errors: []kpi.ErrorCount{{Count: 1, RequestIDs: []string{"req-rare"}}, {Count: 9, RequestIDs: []string{"req-1", "req-2", "req-3", "req-4"}}}}}
	})
}

func TestAGapThatIsSeenAgainCountsUp(t *testing.T) {
	unknown := short("d", 2)
	unknown.Result.Verdict, unknown.Result.Exit = kpi.Unknown, kpi.ExitUnknown
	known := []coverage.Known{
		{Gap: "outage of tokens", Link: "https://bugs.example.org/1"}, {Gap: "p99", Link: "https://bugs.example.org/2"},
		{Gap: "outage", Scenario: "another", Link: "https://bugs.example.org/3"},
	}
	gaps, vanished := coverage.Gaps([]coverage.Run{
		short("c", 3, "outage of tokens"), short("a", 9, "outage of tokens", "p99 of tokens"), short("b", 5), unknown,
	}, known)
	require.Len(t, gaps, 2)
	first := gaps[0]
	require.Equal(t, "outage of tokens", first.Gap.What)
	require.Equal(t, "c", first.Gap.Observed, "as it was seen last")
	require.Regexp(t, `^[0-9a-f]{6}$`, first.ID)
	require.NotEqual(t, first.ID, gaps[1].ID)
	require.Equal(t, []int{2, 3}, []int{first.Times, first.Runs}, "a run that cannot tell is none that has not")
	require.Equal(t, []string{"a", "c"}, []string{first.First.Run, first.Last.Run})
	require.Equal(t, "runs/c/report.html#gaps", first.Last.Report)
	require.False(t, first.Vanished)
	require.Equal(t, "https://bugs.example.org/1", first.Known.Link)
	require.Equal(t, []string{"req-1", "req-2", "req-3"}, first.Requests)
	require.True(t, gaps[1].Vanished)
	require.Equal(t, 1, gaps[1].Times)
	require.Equal(t, known[1:], vanished, "what fits no gap that is there still")
}

// A run that injected nothing does not take away what one before has seen.
func TestWhatWasNotTriedHidesNothing(t *testing.T) {
	failed := struck("a", "service.kill", 9, func(r *kpi.Result) { r.Faults[0].UndoVerified = false })
	later := struck("b", "service.kill", 1, func(r *kpi.Result) { r.Faults[0].State, r.Exit = "preflight", kpi.ExitStopped })
	got := of(t, coverage.Cover([]coverage.Run{failed, later}, nil, now(), 30*dayLong), "service")
	require.Equal(t, coverage.Failed, got.State)
	require.Equal(t, "a", got.Last.Run)
	require.Equal(t, 1, got.Refused)
}

// Two promises of the same words are one gap of a run, and a run whose fault never came
// could not have shown it.
func TestARunHasAGapOnce(t *testing.T) {
	idle := short("b", 1)
	idle.Result.Verdict, idle.Result.Exit, idle.Result.Faults[0].EffectiveAtMS = kpi.Fail, kpi.ExitFail, nil
	gaps, _ := coverage.Gaps([]coverage.Run{short("a", 3, "outage of tokens", "outage of tokens"), idle}, nil)
	require.Len(t, gaps, 1)
	require.Equal(t, []int{1, 1}, []int{gaps[0].Times, gaps[0].Runs})
	require.False(t, gaps[0].Vanished)
}

package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// promised is the failing run, of three faults, with objectives of its own.
func promised(change func(*kpi.Record), objectives ...string) []kpi.Objective {
	rec := example.Failing()
	rec.Meta.Objectives = objectives
	if change != nil {
		change(&rec)
	}
	return kpi.Compute(rec, kpi.Settings{}).Result.Objectives
}

func TestAnyIsWhicheverFaredWorst(t *testing.T) {
	o := promised(nil, `time_to_recover(any) <= 60s`, `time_to_recover("part-rabbitmq") <= 60s`, `time_to_recover(any) <= 1000s`,
		`availability(any) >= 99.9%`, `availability(any) >= 10%`, `p90(any, "baseline") <= 10s`, `outage(any) <= 10000s`)
	for n, want := range []kpi.Verdict{kpi.Fail, kpi.Fail, kpi.Pass, kpi.Fail, kpi.Pass, kpi.Pass, kpi.Pass} {
		require.Equal(t, want, o[n].Verdict, "%s: %s", o[n].Expression, o[n].Detail)
	}
	require.Equal(t, *o[1].Measured, *o[0].Measured, "of the three this is the slowest")
	require.Equal(t, "time to recover from any fault", o[0].Text)
	require.True(t, o[0].OfFault("part-rabbitmq"), "it fared worst")
	require.False(t, o[0].OfFault("kill-keystone"), "it is not by this one that it failed")
	require.True(t, o[2].OfFault("kill-keystone"), "it was kept for each")
	require.False(t, o[3].OfFault("kill-keystone"))
	require.Equal(t, "p90 of any load in baseline", o[5].Text)
}

func TestAnyIsUnknownWhereOneIsUnlessAnotherIsBadEnough(t *testing.T) {
	skipped := func(rec *kpi.Record) {
		rec.Events = slices.DeleteFunc(slices.Clone(rec.Events), func(e record.Event) bool {
			return e.Fault != nil && e.Fault.Name == "kill-keystone" || e.Target != nil && e.Target.Name == "kill-keystone"
		})
		insert(rec, 240*time.Second, record.Event{Fault: &record.FaultEvent{Name: "kill-keystone", State: record.Skipped, Reason: "it was not seen"}})
	}
	o := promised(skipped, `time_to_recover(any) <= 60s`, `time_to_recover(any) <= 1000s`)
	require.Equal(t, kpi.Fail, o[0].Verdict, "part-rabbitmq took longer, whatever the other would have taken")
	require.Equal(t, kpi.Unknown, o[1].Verdict)
	require.Contains(t, o[1].Detail, "nothing is known of kill-keystone: the fault did not take effect")
	none := promised(func(rec *kpi.Record) {
		rec.Meta.Faults = nil
		rec.Events = slices.DeleteFunc(slices.Clone(rec.Events), func(e record.Event) bool { return e.Fault != nil || e.Target != nil })
	}, `time_to_recover(any) <= 60s`)
	require.Equal(t, kpi.Unknown, none[0].Verdict)
	require.Equal(t, "the run had no fault of which it is told", none[0].Detail)
}

// calls are those of an expression.
func calls(t *testing.T, expression string) []conditions.Call {
	t.Helper()
	c, err := conditions.CompileComparison(expression, kpi.Functions())
	require.NoError(t, err)
	return c.Calls()
}

func TestAnObjectiveIsHeldAgainstAnotherRun(t *testing.T) {
	const promise = `p90("tokens", "baseline") <= 1.2 * run("before").p90("tokens", "baseline")`
	before := kpi.Compute(example.Passing(), kpi.Settings{}).Compared("before", calls(t, promise))
	require.Len(t, before.Figures, 1)
	with := func(change func(*record.Compared)) kpi.Objective {
		return altered(func(r *kpi.Record) {
			other := before
			other.Figures = slices.Clone(before.Figures)
			change(&other)
			r.Meta.Objectives, r.Meta.Compared = []string{promise}, []record.Compared{other}
		}).Result.Objectives[0]
	}
	o := with(func(*record.Compared) {})
	require.Equal(t, kpi.Pass, o.Verdict, o.Detail)
	require.InDelta(t, *o.Measured*1.2, *o.Limit, 1e-9)
	require.Equal(t, kpi.Fail, with(func(c *record.Compared) {
		x := 0.001
		c.Figures[0].Value, c.Figures[0].Low, c.Figures[0].High = &x, &x, &x
	}).Verdict)
	for why, change := range map[string]func(*record.Compared){
		"the run before has no figures: it was cut off":                                         func(c *record.Compared) { c.Why = "it was cut off" },
		"the record has no figures of the run before":                                           func(c *record.Compared) { c.Name = "another" },
		"the run " + before.Run + " was judged by other thresholds: down 90 % there, 50 % here": func(c *record.Compared) { c.Thresholds = map[string]float64{"down": 0.9} },
		"in the run " + before.Run + ": too few": func(c *record.Compared) {
			c.Figures[0] = record.Figure{Call: c.Figures[0].Call, State: "not_measured", Detail: "too few"}
		},
		"in the run " + before.Run + ": the record does not say what it was": func(c *record.Compared) {
			c.Figures[0].Low, c.Figures[0].Value = nil, nil
		},
		`the record has no run("before").p90("tokens", "baseline")`: func(c *record.Compared) { c.Figures = nil },
	} {
		o := with(change)
		require.Equal(t, kpi.Unknown, o.Verdict)
		require.Equal(t, why, o.Detail)
	}
}

func TestARunThatWasStoppedHasNoFiguresForAnother(t *testing.T) {
	a := altered(func(r *kpi.Record) {
		insert(r, 50*time.Second, record.Event{Stop: &record.StopEvent{Cause: "interrupt", Reason: "Ctrl-C"}})
	})
	require.Equal(t, "stopped by interrupt: Ctrl-C", a.Compared("x", calls(t, `availability("tokens") >= run("x").availability("tokens")`)).Why)
}

func TestTheReportSaysWithWhatItWasCompared(t *testing.T) {
	a := altered(func(r *kpi.Record) {
		r.Meta.Compared = []record.Compared{
			{Name: "latest", Run: "20261120T093000Z-x", Scenario: "x", SpecSHA: "91", Cloud: "staging"}, {Name: "gone", Why: "there is no such run"},
		}
	})
	require.Equal(t, []string{
		"latest: 20261120T093000Z-x of x on staging, which is another text of a scenario, which is another cloud", "gone: there is no such run",
	}, a.OtherRuns())
}

package kpi_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/conditions"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// altered is the passing run with something changed in its journal.
func altered(change func(*kpi.Record)) *kpi.Analysis {
	rec := example.Passing()
	change(&rec)
	return kpi.Compute(rec, kpi.Settings{})
}

// insert puts an event into the journal where its time belongs.
func insert(rec *kpi.Record, at time.Duration, e record.Event) {
	e.At = at
	i := slices.IndexFunc(rec.Events, func(o record.Event) bool { return o.At > at })
	rec.Events = slices.Insert(slices.Clone(rec.Events), i, e)
}

// rewrite changes copies of the targets' events of one state.
func rewrite(rec *kpi.Record, state record.FaultState, change func(*record.TargetEvent)) {
	rec.Events = slices.Clone(rec.Events)
	for i, e := range rec.Events {
		if e.Target != nil && e.Target.State == state {
			target := *e.Target
			change(&target)
			rec.Events[i].Target = &target
		}
	}
}

func TestVerdictAndExit(t *testing.T) {
	stop := record.Event{Stop: &record.StopEvent{Cause: "interrupt", Reason: "Ctrl-C"}}
	for name, c := range map[string]struct {
		change  func(*kpi.Record)
		verdict kpi.Verdict
		exit    int
		summary string
	}{
		"as it should be": {func(*kpi.Record) {}, kpi.Pass, 0, "All 4 objectives were kept"},
		"stopped":         {func(r *kpi.Record) { insert(r, 50*time.Second, stop) }, kpi.Unknown, 5, "stopped by interrupt: Ctrl-C"},
		"stopped after an objective failed": {func(r *kpi.Record) {
			insert(r, 50*time.Second, stop)
			r.Meta.Objectives = []string{`availability("tokens") >= 99.9%`}
		}, kpi.Fail, 5, "Availability of tokens was 98.9 %, the objective is ≥ 99.9 %; 1 of 2 objectives failed, 1 could not be judged. The run was stopped by interrupt: Ctrl-C."},
		"internal error": {func(r *kpi.Record) {
			r.Events[len(r.Events)-1].Ended = &record.RunEnded{Error: "boom"}
		}, kpi.Unknown, 1, "boom"},
		"undone by its lease": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) { t.By = "lease" })
		}, kpi.Unknown, 4, "was undone by its lease"},
		"stuck": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) { t.State = record.Stuck; t.Reason = "unit is masked" })
		}, kpi.Unknown, 6, "unit is masked"},
		"stuck, stopped and failed inside": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) { t.State = record.Stuck })
			insert(r, 50*time.Second, stop)
			r.Events[len(r.Events)-1].Ended = &record.RunEnded{Error: "boom"}
		}, kpi.Unknown, 6, ""},
		"certainly never injected": {func(r *kpi.Record) {
			r.Events = slices.DeleteFunc(slices.Clone(r.Events), func(e record.Event) bool { return e.Target != nil || e.Fault != nil })
			for at, state := range []record.FaultState{record.Injecting, record.Unknown, record.Undoing, record.Failed} {
				insert(r, 30*time.Second+time.Duration(at), record.Event{Fault: &record.FaultEvent{Name: "lose-keystone", State: state}})
			}
		}, kpi.Unknown, 4, "lose-keystone was failed"},
		"one of two targets": {func(r *kpi.Record) {
			rewrite(r, record.Held, func(t *record.TargetEvent) {
				if t.Target.Node == "ctl-3" {
					t.State, t.Reason = record.Unknown, "its effect was not seen within 5s"
				}
			})
		}, kpi.Unknown, 4, "lose-keystone was not seen on keystone@ctl-3 (its effect was not seen within 5s)"},
		"healed by the cloud": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) { t.State, t.By = record.SelfHealed, "cloud" })
		}, kpi.Pass, 0, ""},
		"refused when it was to fire": {func(r *kpi.Record) {
			r.Events = slices.DeleteFunc(slices.Clone(r.Events), func(e record.Event) bool { return e.Target != nil || e.Fault != nil })
			insert(r, 30*time.Second, record.Event{Fault: &record.FaultEvent{Name: "lose-keystone", State: record.Refused, Reason: "group keystone: ctl-1 is down"}})
		}, kpi.Unknown, 4, "lose-keystone was refused (group keystone: ctl-1 is down)"},
		"clocks apart": {func(r *kpi.Record) {
			rewrite(r, record.Held, func(t *record.TargetEvent) { t.Bound = 3 * time.Second })
		}, kpi.Unknown, 4, "clocks are close (± 3 s"},
		"a collector was blind": {func(r *kpi.Record) {
			insert(r, 50*time.Second, record.Event{Collect: &record.CollectEvent{Collector: "sockets", Node: "ctl-1", State: "gap", Error: "timeout"}})
		}, kpi.Unknown, 4, "sockets ctl-1 from 50 s (timeout)"},
		"the steady state did not come back": {func(r *kpi.Record) {
			insert(r, 79500*time.Millisecond, record.Event{Check: &record.CheckEvent{Expression: "x == 3", When: "after", Verdict: "fail", Detail: "2 == 3"}})
		}, kpi.Fail, 3, "the steady state x == 3 did not hold after the faults (2 == 3)"},
		"vetoed": {func(r *kpi.Record) {
			r.Events = slices.DeleteFunc(slices.Clone(r.Events), func(e record.Event) bool { return e.Fault != nil || e.Target != nil })
			insert(r, 24500*time.Millisecond, record.Event{Check: &record.CheckEvent{Expression: "x == 3", When: "before", Verdict: "fail"}})
		}, kpi.Unknown, 2, "Nothing was touched: the steady state x == 3 did not hold before the faults"},
		"vetoed by preflight": {func(r *kpi.Record) {
			r.Events = slices.DeleteFunc(slices.Clone(r.Events), func(e record.Event) bool { return e.Fault != nil || e.Target != nil })
			r.Events[len(r.Events)-1].Ended = &record.RunEnded{Veto: "preflight of x\n  keystone@ctl-1: host key differs"}
		}, kpi.Unknown, 2, "Nothing was touched: preflight of x; keystone@ctl-1: host key differs."},
		"no samples": {func(r *kpi.Record) { r.Samples = nil }, kpi.Unknown, 4, "no arrival was recorded"},
		"damaged samples": {func(r *kpi.Record) {
			r.Samples = func(string) iter.Seq2[record.Sample, error] {
				return func(yield func(record.Sample, error) bool) { yield(record.Sample{}, errors.New("checksum differs")) }
			}
		}, kpi.Unknown, 4, "checksum differs"},
		"a class that is none": {func(r *kpi.Record) {
			r.Samples = func(string) iter.Seq2[record.Sample, error] {
				return func(yield func(record.Sample, error) bool) { yield(record.Sample{Class: record.Classes}, nil) }
			}
		}, kpi.Unknown, 4, "times or a class that cannot be"},
		"impossible samples": {func(r *kpi.Record) {
			r.Samples = func(string) iter.Seq2[record.Sample, error] {
				return func(yield func(record.Sample, error) bool) { yield(record.Sample{Intended: 5, End: 3}, nil) }
			}
		}, kpi.Unknown, 4, "times or a class that cannot be"},
	} {
		t.Run(name, func(t *testing.T) {
			a := altered(c.change)
			require.Equal(t, c.verdict, a.Result.Verdict, a.Result.Summary)
			require.Equal(t, c.exit, a.Result.Exit)
			require.Contains(t, a.Result.Summary, c.summary)
		})
	}
}

func TestTheGeneratorMustNotBeTheReason(t *testing.T) {
	late := judged(t, func(s *record.Sample) {
		s.Started += 200 * time.Millisecond
		s.End += 200 * time.Millisecond
	}, `availability("tokens") >= 99%`)
	require.Equal(t, kpi.Unknown, late.Result.Verdict)
	require.Contains(t, late.Result.Objectives[0].Detail, "not sure that load tokens was sent on time")
	dropped := judged(t, func(s *record.Sample) {
		if s.Iteration%20 == 0 {
			s.Class, s.End = record.Dropped, s.Intended
		}
	}, `availability("tokens") >= 99%`)
	require.Equal(t, kpi.Unknown, dropped.Result.Verdict)
	require.Equal(t, kpi.Unknown, dropped.Result.Objectives[0].Verdict, "5 % were not sent, which says nothing about the cloud")
}

func TestTheBaselineIsJudgedByItsOwnCounts(t *testing.T) {
	a := judged(t, func(s *record.Sample) {
		if s.Iteration == 100 || s.Iteration >= 700 { // one in the baseline, the rest long after it
			s.Class, s.End = record.Dropped, s.Intended
		}
	})
	i := slices.IndexFunc(a.Result.Quality, func(q kpi.Quality) bool { return q.Assumption == "load tokens was reached" })
	require.Equal(t, "199 of the baseline's 200 arrivals were started, 699 of 800 in the run", a.Result.Quality[i].Detail)
}

func TestALoadThatBeginsAfterTheBaselineIsJudgedWithoutOne(t *testing.T) {
	a := altered(func(r *kpi.Record) {
		r.Meta.Objectives = []string{`availability("tokens", "chaos") >= 97%`, `outage("tokens") <= 5s`}
		insert(r, 26*time.Second, record.Event{Load: &record.LoadEvent{Name: "tokens", State: "started"}})
		all := r.Samples
		r.Samples = func(load string) iter.Seq2[record.Sample, error] {
			return func(yield func(record.Sample, error) bool) {
				for s := range all(load) {
					if s.Intended >= 26*time.Second && !yield(s, nil) {
						return
					}
				}
			}
		}
	})
	require.Equal(t, kpi.Pass, a.Result.Objectives[0].Verdict, a.Result.Objectives[0].Detail)
	require.Equal(t, kpi.Unknown, a.Result.Objectives[1].Verdict, "without a baseline nobody knows what gap is too long")
}

func reached(t *testing.T, a *kpi.Analysis) kpi.Quality {
	t.Helper()
	i := slices.IndexFunc(a.Result.Quality, func(q kpi.Quality) bool { return q.Assumption == "load tokens was reached" })
	require.GreaterOrEqual(t, i, 0)
	return a.Result.Quality[i]
}

// What the baseline must hold is what the load had when that began.
func TestTheBaselineIsJudgedByTheRateThatTheLoadHadThen(t *testing.T) {
	with := func(told float64) kpi.Quality {
		return reached(t, altered(func(r *kpi.Record) {
			insert(r, time.Second, record.Event{Load: &record.LoadEvent{Name: "tokens", State: "changed", Rate: told}})
		}))
	}
	require.Equal(t, kpi.Pass, with(10).Verdict)
	require.Equal(t, kpi.Unknown, with(1000).Verdict)
	require.Contains(t, with(1000).Detail, "arrivals in the baseline instead of ")
}

// Of a load that is sent at a share of its maximum the plan has no rate: it was found
// before the run, and is told when the load starts.
func TestALoadAtAShareOfItsMaximumIsJudgedByTheRateThatItStartedWith(t *testing.T) {
	with := func(told float64) kpi.Quality {
		return reached(t, altered(func(r *kpi.Record) {
			r.Meta.Loads = slices.Clone(r.Meta.Loads)
			r.Meta.Loads[0].Rate, r.Meta.Loads[0].Shape = 0, "60% of max"
			insert(r, 0, record.Event{Load: &record.LoadEvent{Name: "tokens", State: "started", Rate: told}})
		}))
	}
	require.Equal(t, kpi.Pass, with(40).Verdict)
	require.Equal(t, kpi.Pass, with(0).Verdict, "of a shape nobody knows how many are due")
	require.Equal(t, kpi.Unknown, with(60).Verdict)
	require.Contains(t, with(60).Detail, "800 arrivals in the baseline instead of 1200")
}

func TestALoadThatDidNotStartIsNoReasonToDoubt(t *testing.T) {
	for name, event := range map[string]record.LoadEvent{
		"a record of before":  {Trigger: "start: it did not come"},
		"in whatever words":   {Trigger: "was not begun, as it did not come", Skipped: &record.SkippedStep{Step: "start", Why: "it did not come"}},
		"with a colon in why": {Trigger: "start: it did not come: x", Skipped: &record.SkippedStep{Step: "start", Why: "it did not come: x"}},
	} {
		event.Name, event.State = "tokens", "skipped"
		a := altered(func(r *kpi.Record) {
			insert(r, 26*time.Second, record.Event{Load: &event})
			r.Samples = func(string) iter.Seq2[record.Sample, error] { return func(func(record.Sample, error) bool) {} }
		})
		require.Equal(t, kpi.Pass, reached(t, a).Verdict, name)
		require.Contains(t, reached(t, a).Detail, "it did not start: it did not come", name)
	}
}

// A change of a load that did not come is none of its start, whatever its words.
func TestAStepThatDidNotComeIsToldByItsName(t *testing.T) {
	a := altered(func(r *kpi.Record) {
		insert(r, 26*time.Second, record.Event{Load: &record.LoadEvent{
			Name: "tokens", State: "skipped", Trigger: "start: of a new rate", Skipped: &record.SkippedStep{Step: "change", Why: "of a new rate"},
		}})
	})
	require.NotContains(t, reached(t, a).Detail, "it did not start")
}

func TestTheSilenceOfANodeThatAFaultTookAwayIsExpected(t *testing.T) {
	a := altered(func(r *kpi.Record) {
		whole := record.Target{Node: "ctl-2"}
		r.Meta.Faults = []record.FaultPlan{{Name: "lose-keystone", Fault: "node.reboot", Targets: []record.Target{whole}}}
		for _, state := range []record.FaultState{record.Held, record.Undone} {
			rewrite(r, state, func(e *record.TargetEvent) { e.Target = whole })
		}
		insert(r, 50*time.Second, record.Event{Collect: &record.CollectEvent{Collector: "node", Node: "ctl-2", State: "gap"}})
	})
	require.Equal(t, kpi.Pass, a.Result.Verdict, a.Result.Summary)
}

func TestTheSilenceOfANodeThatAFaultCostsIsExpected(t *testing.T) {
	when, severs := 50*time.Second, true
	silent := func(costs ...record.Target) *kpi.Analysis {
		return altered(func(r *kpi.Record) {
			host := record.Target{Node: "host"}
			r.Meta.Faults = []record.FaultPlan{{Name: "lose-keystone", Fault: "network.switch", Targets: []record.Target{host}, Costs: costs, Severs: severs}}
			for _, state := range []record.FaultState{record.Held, record.Undone} {
				rewrite(r, state, func(e *record.TargetEvent) { e.Target = host })
			}
			insert(r, when, record.Event{Collect: &record.CollectEvent{Collector: "node", Node: "ctl-2", State: "gap"}})
			insert(r, when+4*time.Second, record.Event{Collect: &record.CollectEvent{Collector: "node", Node: "ctl-2", State: "resumed"}})
		})
	}
	a := silent(record.Target{Node: "ctl-2"})
	require.Equal(t, kpi.Pass, a.Result.Verdict, a.Result.Summary)
	require.Equal(t, kpi.Unknown, silent(record.Target{Node: "ctl-3"}).Result.Verdict, "another node is no excuse")
	require.Equal(t, kpi.Unknown, silent(record.Target{Node: "ctl-2", Service: "haproxy"}).Result.Verdict, "nor is a service of this one")
	when = 75 * time.Second
	require.Equal(t, kpi.Unknown, silent(record.Target{Node: "ctl-2"}).Result.Verdict, "nobody boots when a switch is back")
	severs = false
	require.Equal(t, kpi.Pass, silent(record.Target{Node: "ctl-2"}).Result.Verdict, "what had no power does")
}

func TestAnExpectedBreachMustBeSeenAndHeal(t *testing.T) {
	var stop *record.StopEvent
	breach := func(change func(*record.Sample)) *kpi.Analysis {
		rec := example.Passing()
		if stop != nil {
			rec.Events = append(slices.Clone(rec.Events[:len(rec.Events)-1]), record.Event{At: 79 * time.Second, Stop: stop}, rec.Events[len(rec.Events)-1])
		}
		rec.Meta.Expect, rec.Meta.Objectives, rec.Meta.Loads[0].Rate = "breach", nil, 10
		rec.Samples = steady(change)
		return kpi.Compute(rec, kpi.Settings{Sustain: 10 * time.Second})
	}
	failed := func(from, to float64) func(*record.Sample) {
		return func(s *record.Sample) {
			if between(s, from, to) {
				fail(s)
			}
		}
	}
	require.Equal(t, kpi.Pass, breach(failed(31, 36)).Result.Verdict)
	require.Equal(t, kpi.Fail, breach(nil).Result.Verdict, "no outage was seen")
	require.Equal(t, kpi.Fail, breach(failed(31, 80)).Result.Verdict, "it did not heal")
	seen := breach(failed(31, 36)).Result.Objectives
	require.Regexp(t, `^tokens without a success for [45]\.\d+ s$`, seen[len(seen)-2].Detail)
	require.Regexp(t, `^\d(\.\d+)? s after the effect of lose-keystone$`, seen[len(seen)-1].Detail)
	stop = &record.StopEvent{Cause: "a stop condition", Reason: "too slow"}
	for n, change := range map[int]func(*record.Sample){1: failed(31, 80), 2: nil} { // by the place of it from the end
		list := breach(change).Result.Objectives
		require.Equal(t, kpi.Unknown, list[len(list)-n].Verdict, "a run that was stopped left it no time")
		require.Contains(t, list[len(list)-n].Detail, "the run did not come to its end: stopped by a stop condition: too slow")
	}
}

// What ended before the undo is not told as held up to it, whoever heard of it late.
func TestAFaultThatEndedByItselfWasHeldUpToThen(t *testing.T) {
	const fault = "lose-keystone"
	asked := func(a *kpi.Analysis) kpi.FaultFigures {
		for _, f := range a.Faults {
			if f.Name == fault {
				return f
			}
		}
		require.Fail(t, "no such fault")
		return kpi.FaultFigures{}
	}
	whole := asked(altered(func(*kpi.Record) {}))
	over := *whole.UndoFrom - 3*time.Second
	part := asked(altered(func(rec *kpi.Record) {
		insert(rec, *whole.UndoFrom+20*time.Millisecond, record.Event{Target: &record.TargetEvent{
			Name: fault, ID: "f-" + fault, Target: whole.Plan.Targets[0], State: record.Undoing, NodeAt: &over, By: "itself", Reason: "it ended by itself: too little was left"}})
	}))
	require.Equal(t, over, *part.UndoFrom)
	require.Contains(t, part.Reason, "it ended by itself: too little was left")
	require.Equal(t, record.Undone, part.State)
}

func TestAScenarioWithoutObjectivesIsJudgedByTheDefault(t *testing.T) {
	a := judged(t, nil)
	require.Equal(t, `outage("tokens") <= 5s`, a.Result.Objectives[0].Expression)
	require.Equal(t, kpi.Pass, a.Result.Verdict)
}

func TestACutOffRunIsUnknownAndNamesWhatIsLeft(t *testing.T) {
	a := kpi.Compute(example.CutOff(), kpi.Settings{})
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Equal(t, kpi.ExitNotUndone, a.Result.Exit)
	require.Contains(t, a.Result.Summary, "Not known to be undone: lose-keystone on keystone@ctl-2, keystone@ctl-3")
	require.Equal(t, "unknown", a.Result.Faults[0].State)
	require.InDelta(t, 36, a.End.Seconds(), 0.1, "the samples go on after the last event")
}

func TestFunctionsAreAnswered(t *testing.T) {
	for _, f := range kpi.Functions() {
		of := ""
		switch {
		case len(f.Params) > 0 && f.Params[0].Kind == conditions.FaultName:
			of = `"part-rabbitmq"`
		case len(f.Params) > 0:
			of = `"tokens"`
		}
		source := fmt.Sprintf("%s(%s) >= 0%s", f.Name, of, map[conditions.Unit]string{conditions.Seconds: "s", conditions.Ratio: "%"}[f.Unit])
		c, err := conditions.CompileComparison(source, kpi.Functions())
		require.NoError(t, err, source)
		rec := example.Failing()
		rec.Meta.Objectives = []string{source}
		rec.Meta.Groups = []record.GroupPlan{{Name: "rabbitmq", Members: []record.Target{{Node: "ctl-1", Service: "rabbitmq"}}}}
		rec.Signals = readings(wasRead{"service.healthy", "ctl-1", "rabbitmq", 0, 1}, wasRead{"service.healthy", "ctl-1", "rabbitmq", 541 * time.Second, 0}, wasRead{"service.healthy", "ctl-1", "rabbitmq", 610 * time.Second, 1})
		if strings.HasPrefix(f.Name, "loss_gap") { // of the data plane alone
			rec.Meta.Loads = []record.LoadPlan{rec.Meta.Loads[0]}
			rec.Meta.Loads[0].Workload = "icmp.echo"
		}
		rec.Events = append(rec.Events, record.Event{Kept: &record.KeptEvent{Load: "tokens", Work: 3}})
		o := kpi.Compute(rec, kpi.Settings{}).Result.Objectives[0]
		require.Equal(t, kpi.Pass, o.Verdict, "%s: %s", source, o.Detail)
		require.Equal(t, string(c.Unit), o.Unit)
		require.Regexp(t, `^[a-z0-9 ]+ (tokens|part-rabbitmq|behind)$`, o.Text)
	}
}

package kpi_test

import (
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// An objective whose assumptions do not hold is unknown, and says which of them.
func TestAnObjectiveWhoseAssumptionsAreBrokenIsUnknownAndSaysWhich(t *testing.T) {
	const kept, broken = `availability("tokens") >= 97%`, `availability("tokens") >= 99.9%`
	const recovers, never, early = `time_to_recover("lose-keystone") <= 30s`, `time_to_recover("lose-keystone") <= 1s`, `p90("tokens", "baseline") <= 10s`
	type verdicts [5]kpi.Verdict
	const p, f, u = kpi.Pass, kpi.Fail, kpi.Unknown
	for name, c := range map[string]struct {
		change func(*kpi.Record)
		want   verdicts // of kept, broken, recovers, never, early
		says   string
	}{
		"none": {func(*kpi.Record) {}, verdicts{p, f, p, f, p}, ""},
		"the fault was on one of two targets": {func(r *kpi.Record) {
			rewrite(r, record.Held, func(t *record.TargetEvent) {
				if t.Target.Node == "ctl-3" {
					t.State, t.Reason = record.Unknown, "its effect was not seen"
				}
			})
		}, verdicts{u, f, u, f, p}, "not sure that every fault took effect: lose-keystone was not seen on keystone@ctl-3 (its effect was not seen)"},
		"it was gone early": {func(r *kpi.Record) {
			rewrite(r, record.Undone, func(t *record.TargetEvent) { t.By = "lease" })
		}, verdicts{u, f, u, f, p}, "not sure that every fault was held as planned: lose-keystone on keystone@ctl-2 was undone by its lease; lose-keystone on keystone@ctl-3 was undone by its lease"},
		"clocks are apart": {func(r *kpi.Record) {
			rewrite(r, record.Held, func(t *record.TargetEvent) { t.Bound = 3 * time.Second })
		}, verdicts{p, f, u, u, p}, "its effect is known to ± 3 s by its node's clock, more than ± 500 ms"},
		"something else was down": {func(r *kpi.Record) {
			insert(r, 50*time.Second, record.Event{Outage: &record.OutageEvent{Target: record.Target{Node: "ctl-1", Service: "mariadb"}, State: record.OutageBegan, From: 49 * time.Second}})
		}, verdicts{u, f, u, f, p}, "not sure that no outage came of itself: mariadb@ctl-1 was not healthy from 49 s to the end; no fault explains it"},
		"it was stopped": {func(r *kpi.Record) {
			insert(r, 70*time.Second, record.Event{Stop: &record.StopEvent{Cause: "interrupt", Reason: "Ctrl-C"}})
		}, verdicts{u, f, u, f, u}, "stopped by interrupt: Ctrl-C"},
		"the record was changed": {func(r *kpi.Record) { r.Changed = []string{"samples/tokens is not as it was"} }, verdicts{u, u, u, u, u}, "it is not as it was written: samples/tokens is not as it was"},
		"a collector was blind, on which none of them rests": {func(r *kpi.Record) {
			insert(r, 50*time.Second, record.Event{Collect: &record.CollectEvent{Collector: "sockets", Node: "ctl-1", State: "gap", Error: "timeout"}})
		}, verdicts{p, f, p, f, p}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := altered(func(r *kpi.Record) {
				r.Meta.Objectives = []string{kept, broken, recovers, never, early}
				c.change(r)
			}).Result
			var got verdicts
			for n, o := range r.Objectives[:len(got)] { // and one by default
				if got[n] = o.Verdict; o.Verdict == u {
					require.Equal(t, c.says, o.Detail, o.Expression)
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestAnObjectiveByReadingsRestsOnItsCollectors(t *testing.T) {
	o := altered(func(r *kpi.Record) {
		threeKeystones(r)
		r.Signals = readings(healthy("ctl-1", 0, 1), healthy("ctl-2", 0, 1), healthy("ctl-3", 0, 1), healthy("ctl-3", 31*time.Second, 0), healthy("ctl-3", 42*time.Second, 1))
		r.Meta.Objectives = []string{`redundancy_restored("lose-keystone") <= 30s`}
		insert(r, 50*time.Second, record.Event{Collect: &record.CollectEvent{Collector: "services", Node: "ctl-1", State: "gap", Error: "timeout"}})
	}).Result.Objectives[0]
	require.Equal(t, kpi.Unknown, o.Verdict)
	require.Equal(t, "not sure that collectors saw everything: 1 unexpected gaps: services ctl-1 from 50 s (timeout)", o.Detail)
}

// Figures of a fault are made of all loads: one that was not sent as it should leaves them open.
func TestAFaultsFiguresRestOnEveryLoad(t *testing.T) {
	o := altered(func(r *kpi.Record) {
		other := r.Meta.Loads[0]
		other.Name = "images"
		r.Meta.Loads = append(slices.Clone(r.Meta.Loads), other)
		samples := r.Samples
		r.Samples = func(load string) iter.Seq2[record.Sample, error] {
			return func(yield func(record.Sample, error) bool) {
				for s, err := range samples(load) {
					if load == "images" { // is sent a second late
						s.Started, s.End = s.Started+time.Second, s.End+time.Second
					}
					if !yield(s, err) {
						return
					}
				}
			}
		}
		r.Meta.Objectives = []string{`time_to_recover("lose-keystone") <= 30s`, `availability("tokens") >= 97%`}
	}).Result.Objectives
	require.Equal(t, kpi.Unknown, o[0].Verdict)
	require.Contains(t, o[0].Detail, "not sure that load images was sent on time")
	require.Equal(t, kpi.Pass, o[1].Verdict, "the other load is sound")
}

// A figure of a load that was not sent as planned is not measured for anybody: the objective that
// asks for it and the figure that is listed have one answer.
func TestAFigureAndTheObjectiveThatAsksForItHaveOneAnswer(t *testing.T) {
	boots := record.LoadPlan{Name: "boots", Workload: "nova.boot_and_delete_server", Model: "open", Rate: 2, Process: "constant"}
	all := example.Service{Seed: 5, Median: 100 * time.Millisecond, Spread: 0.1, Limit: time.Minute}.Open(2, false, 80*time.Second)
	late := func(load string) iter.Seq2[record.Sample, error] {
		return func(yield func(record.Sample, error) bool) {
			for s, err := range all(load) {
				if s.Intended > 30*time.Second && !yield(s, err) { // nothing was due in the baseline
					return
				}
			}
		}
	}
	a := beside(boots, late, `availability("boots") > 0%`)
	o, k := a.Result.Objectives[0], figure(t, a, "availability", "boots")
	require.Nil(t, o.Measured, o.Detail)
	require.Equal(t, kpi.NotMeasured, k.State)
	require.Equal(t, o.Detail, k.Detail)
	require.Nil(t, k.Value)
}

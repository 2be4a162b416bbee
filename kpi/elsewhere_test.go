package kpi_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// withOutages judges the run that passes, in which these were seen too. It ends
// after its last phase event, before whose moment they are put.
func withOutages(outages ...record.OutageEvent) *kpi.Analysis {
	rec := example.Passing()
	first := slices.IndexFunc(rec.Events, func(e record.Event) bool { return e.Phase != nil })
	var events []record.Event
	for _, o := range outages {
		events = append(events, record.Event{At: rec.Events[first].At, Outage: &o})
	}
	rec.Events = slices.Insert(slices.Clone(rec.Events), first+1, events...)
	return kpi.Compute(rec, kpi.Settings{})
}

func TestAnOutageThatNoFaultExplainsLetsNothingPass(t *testing.T) {
	glance, node := record.Target{Node: "ctl-2", Service: "glance"}, record.Target{Node: "ctl-2"}
	began := func(o record.OutageEvent) record.OutageEvent { o.State = record.OutageBegan; return o }
	over := func(o record.OutageEvent, to time.Duration) record.OutageEvent {
		o.State, o.To = record.OutageOver, to
		return o
	}
	foreign := record.OutageEvent{Target: glance, From: 12 * time.Second}
	beside := record.OutageEvent{Target: glance, From: 12 * time.Second, Beside: []string{"kill"}}
	outlived := beside
	outlived.State = record.OutageOutlived
	to := 20_000.0
	require.Equal(t, kpi.Pass, withOutages().Result.Verdict)
	for name, c := range map[string]struct {
		told    []record.OutageEvent
		row     kpi.Elsewhere
		verdict kpi.Verdict
		says    string // the quality row's detail; empty: there is none
	}{
		"none explains it": {
			[]record.OutageEvent{began(foreign), over(foreign, 20*time.Second)},
			kpi.Elsewhere{Target: "glance@ctl-2", FromMS: 12_000, ToMS: &to, Beside: []string{}, Unexpected: true},
			kpi.Unknown, "glance@ctl-2 was not healthy from 12 s to 20 s; no fault explains it",
		},
		"a node, until the end": {
			[]record.OutageEvent{began(record.OutageEvent{Target: node, From: 12 * time.Second})},
			kpi.Elsewhere{Target: "ctl-2", FromMS: 12_000, Beside: []string{}, Unexpected: true},
			kpi.Unknown, "ctl-2 gave no answer from 12 s to the end; no fault explains it",
		},
		"beside a fault": {
			[]record.OutageEvent{began(beside), over(beside, 20*time.Second)},
			kpi.Elsewhere{Target: "glance@ctl-2", FromMS: 12_000, ToMS: &to, Beside: []string{"kill"}},
			kpi.Pass, "",
		},
		"it outlived the fault": {
			[]record.OutageEvent{began(beside), outlived, over(beside, 20*time.Second)},
			kpi.Elsewhere{Target: "glance@ctl-2", FromMS: 12_000, ToMS: &to, Beside: []string{"kill"}, Unexpected: true},
			kpi.Unknown, "no fault explains it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := withOutages(c.told...).Result
			require.Equal(t, []kpi.Elsewhere{c.row}, r.Elsewhere)
			require.Equal(t, c.verdict, r.Verdict)
			i := slices.IndexFunc(r.Quality, func(q kpi.Quality) bool { return q.Assumption == "no outage came of itself" })
			require.Equal(t, c.says == "", i < 0)
			if i >= 0 {
				require.Contains(t, r.Quality[i].Detail, c.says)
			}
		})
	}
}

// What the operator has lifted the net for was there before the run began.
func TestAnOutageFromBeforeTheStartIsTheOperatorsWord(t *testing.T) {
	rec := example.Passing()
	for i := range rec.Events {
		rec.Events[i].At += time.Second
	}
	first := slices.IndexFunc(rec.Events, func(e record.Event) bool { return e.Phase != nil })
	rec.Events = slices.Insert(rec.Events, first, record.Event{At: 500 * time.Millisecond, Outage: &record.OutageEvent{
		Target: record.Target{Node: "ctl-2", Service: "glance"}, State: record.OutageBegan, From: 500 * time.Millisecond,
	}})
	a := kpi.Compute(rec, kpi.Settings{})
	i := slices.IndexFunc(a.Result.Quality, func(q kpi.Quality) bool { return q.Assumption == "no outage came of itself" })
	require.Equal(t, kpi.Quality{
		Assumption: "no outage came of itself", Verdict: kpi.Pass, Detail: "there from before the start: glance@ctl-2 was not healthy from 500 ms to the end",
	}, a.Result.Quality[i])
}

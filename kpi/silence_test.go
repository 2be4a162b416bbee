package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// silent is a run whose fault takes a node away from 30 s on until its undo at 41 s, and of
// which a collector has no value from 31 s on until it comes back, or never. The time to boot
// is 5 s.
func silent(t *testing.T, back time.Duration) (quality kpi.Quality, account kpi.Collecting) {
	t.Helper()
	rec := example.Passing()
	rec.Meta.Faults = append([]record.FaultPlan{}, rec.Meta.Faults...)
	node := rec.Meta.Faults[0].Targets[0].Node
	rec.Meta.Faults[0].Targets = []record.Target{{Node: node}}
	var events []record.Event
	for _, e := range rec.Events {
		if e.Target != nil {
			if e.Target.Target.Node != node {
				continue
			}
			told := *e.Target
			told.Target, e.Target = record.Target{Node: node}, &told
		}
		if e.Started != nil {
			e.Started = &rec.Meta
		}
		if e.Ended != nil {
			events = append(events, record.Event{At: 31 * time.Second, Type: "collect", Collect: &record.CollectEvent{Collector: "services", Node: node, State: "gap"}})
			if back > 0 {
				events = append(events, record.Event{At: back, Type: "collect", Collect: &record.CollectEvent{Collector: "services", Node: node, State: "resumed"}})
			}
		}
		events = append(events, e)
	}
	rec.Events = events
	a := kpi.Compute(rec, kpi.Settings{BootTime: 5 * time.Second})
	for _, q := range a.Result.Quality {
		if q.Assumption == "collectors saw everything" {
			quality = q
		}
	}
	require.Len(t, a.Result.Collectors, 1)
	return quality, a.Result.Collectors[0]
}

// A fault that takes a node away excuses its silence until the node has had time to boot, and
// no longer.
func TestASilenceThatOutlastsItsFaultIsNotExcused(t *testing.T) {
	for back, want := range map[time.Duration]string{
		0:                "1 unexpected gaps: services ctl-2 from 31 s to 80 s, longer than the fault that took the node away explains",
		60 * time.Second: "1 unexpected gaps: services ctl-2 from 31 s to 60 s, longer than the fault that took the node away explains",
	} {
		q, account := silent(t, back)
		require.Equal(t, kpi.Unknown, q.Verdict)
		require.Equal(t, want, q.Detail)
		require.Equal(t, []int{1, 0}, []int{account.Gaps, account.Expected})
	}
	q, account := silent(t, 44*time.Second)
	require.Equal(t, kpi.Pass, q.Verdict)
	require.Equal(t, "1 gaps of nodes that a fault took away", q.Detail)
	require.Equal(t, []int{1, 1}, []int{account.Gaps, account.Expected})
}

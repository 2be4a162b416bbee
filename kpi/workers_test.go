package kpi

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

func ofWorkers(events ...record.WorkerEvent) *Analysis {
	rec := Record{Meta: record.RunStarted{}}
	for i := range events {
		rec.Events = append(rec.Events, record.Event{At: time.Second, Worker: &events[i]})
	}
	return &Analysis{history: readHistory(rec), Settings: Settings{ClockBound: 500 * time.Millisecond}}
}

func accounted(name string, worst time.Duration, p record.WorkerPart) record.WorkerEvent {
	p.Load = "pages"
	return record.WorkerEvent{Name: name, State: record.WorkerAccounted, Clock: &record.WorkerClock{Bound: worst, Worst: worst}, Parts: []record.WorkerPart{p}}
}

// A worker that is lost, and each arrival that has no outcome, lets nothing pass.
func TestWhatWorkersDidNotSendIsAnAssumptionBroken(t *testing.T) {
	joined := record.WorkerEvent{Name: "a", State: record.WorkerJoined, Host: "gen-1", Cores: 8, Version: "v1"}
	whole := accounted("a", time.Millisecond, record.WorkerPart{Planned: 100, Sent: 98, Dropped: 2})

	require.Empty(t, ofWorkers().workersWhole(), "the run sent all itself")
	rows := ofWorkers(joined, whole).workersWhole()
	require.Equal(t, []Quality{
		{"every worker sent its part", Pass, "1 worker sent 98 of the 100 arrivals that were planned for them, and could not start 2"},
		{"the workers' clocks are close", Pass, "a stamp of an arrival was within 1 ms of the run's clock (a)"},
	}, rows)

	for name, a := range map[string]*Analysis{
		"lost":     ofWorkers(joined, record.WorkerEvent{Name: "a", State: record.WorkerLost, Reason: "it was not heard of for 5s"}, whole),
		"silent":   ofWorkers(joined),
		"not sent": ofWorkers(joined, accounted("a", 0, record.WorkerPart{Planned: 100, Sent: 60, NotSent: 40})),
		"unknown":  ofWorkers(joined, accounted("a", 0, record.WorkerPart{Planned: 100, Sent: 99, Unknown: 1})),
		"beyond":   ofWorkers(joined, accounted("a", 0, record.WorkerPart{Planned: 100, Sent: 101, Beyond: 1})),
		"gone":     ofWorkers(joined, record.WorkerEvent{Name: "a", State: record.WorkerAccounted, Acked: 3, Taken: 2}),
	} {
		require.Equal(t, Unknown, a.workersWhole()[0].Verdict, name)
	}
	late := ofWorkers(joined, accounted("a", time.Second, record.WorkerPart{Planned: 1, Sent: 1})).workersWhole()
	require.Equal(t, []Verdict{Pass, Unknown}, []Verdict{late[0].Verdict, late[1].Verdict})
}

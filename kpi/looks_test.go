package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func look(t *testing.T, gap kpi.Gap, kind string) kpi.Look {
	t.Helper()
	for _, l := range gap.Looks {
		if l.Kind == kind {
			require.Contains(t, gap.NextLook, l.Text)
			return l
		}
	}
	require.Fail(t, "no such look", "%s in %v", kind, gap.Looks)
	return kpi.Look{}
}

// What to look at next is named by node, log, moments and requests.
func TestNextLooksAreConcrete(t *testing.T) {
	s := scene{trouble: fails(36, 44), promise: `outage("tokens") <= 5s`, signals: []reading{{"service.healthy", label("service", "keystone", "ctl-1"), during(0, 120, 1, 1)}}}
	s.events = []record.Event{
		{Type: "clock", Clock: &record.ClockEvent{Node: "ctl-2", Offset: 90 * time.Second}},
		{Type: "logged", Logged: &record.Logged{Node: "ctl-2", Lines: []record.LoggedExcerpt{
			{Source: "/var/log/keystone/keystone.log", Fault: "lose", Service: "keystone", Lines: []string{"x"}},
			{Source: "/var/log/nova/nova.log", Fault: "other", Service: "nova-api", Lines: []string{"x"}},
			{Source: "/var/log/keystone/keystone.log", Request: "req-01", Lines: []string{"x"}},
		}}},
	}
	a := s.compute(t)
	_, gap := causesOf(t, a)

	require.Equal(t, "lose", gap.Fault)
	logs := look(t, gap, "logs")
	require.Equal(t, "ctl-2", logs.Node)
	require.Contains(t, logs.Text, "on ctl-2 read /var/log/keystone/keystone.log from ")
	require.NotContains(t, logs.Text, "nova")
	require.Contains(t, logs.Text, "its own clock, which is 90 s behind")
	// The outage is from the last success before 36 s to the first after 44 s, 5 s of it
	// before and after are read, and the node's clock is 90 s behind.
	start := a.Result.Started.Add(-90 * time.Second)
	require.WithinRange(t, *logs.From, start.Add(30*time.Second), start.Add(31*time.Second))
	require.WithinRange(t, *logs.To, start.Add(49*time.Second), start.Add(51*time.Second))
	require.Contains(t, logs.Command, "--since '"+logs.From.Format("2006-01-02 15:04:05")+" UTC'")

	requests := look(t, gap, "requests")
	require.Equal(t, []string{"req-01", "req-001", "req-0001"}, requests.RequestIDs)
	require.Contains(t, requests.Text, "of 1 lines are in the record")

	collector := look(t, gap, "collector")
	require.Contains(t, collector.Text, "haproxy: {kind: haproxy}")
	require.NotContains(t, collector.Text, "kind: service}", "that is collected")

	repeat := look(t, gap, "repeat")
	require.Equal(t, "eris run drill -i prod.yaml --seed 4242", repeat.Command, "with the seed that it had, and once")
}

// Nothing is told that the record does not have.
func TestNoLookWithoutWhatItNeeds(t *testing.T) {
	s := scene{trouble: fails(60, 75), none: true}
	s.trouble[0].Harm = example.Silences
	a := s.compute(t)
	_, gap := causesOf(t, a)
	for _, l := range gap.Looks {
		require.NotEqual(t, "logs", l.Kind, "there is no fault whose node it could be")
	}
	rec := example.Failing()
	rec.Meta.Command = nil
	for _, l := range kpi.Compute(rec, kpi.Settings{}).Result.Gaps[0].Looks {
		require.NotEqual(t, "repeat", l.Kind, "a result that was imported has no command")
	}
	rec.Events = rec.Events[:2:2]
	rec.Events = append(rec.Events, example.Failing().Events[5:]...) // without the clocks
	require.Contains(t, kpi.Compute(rec, kpi.Settings{}).Result.Gaps[0].NextLook, "by the run's clock: the node's was not measured")
}

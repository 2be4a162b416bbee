package kpi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// What a scenario has set is what its record is judged by, today and later.
func TestARecordIsJudgedByItsScenariosThresholds(t *testing.T) {
	with := func(set record.Thresholds) *kpi.Analysis {
		return altered(func(r *kpi.Record) { r.Meta.Thresholds = &set })
	}
	usual := altered(func(*kpi.Record) {})
	require.Equal(t, 13*time.Second, usual.Settings.Sustain, "half of the recovery phase")
	for name, c := range map[string]struct {
		set    record.Thresholds
		differ func(a *kpi.Analysis) any
	}{
		"healthy_for":      {record.Thresholds{HealthyFor: 2 * time.Second}, func(a *kpi.Analysis) any { return a.Settings.Sustain }},
		"healthy_latency":  {record.Thresholds{HealthyLatency: 4}, func(a *kpi.Analysis) any { return *figure(t, a, "time_to_recover", "lose-keystone").Value }},
		"healthy_failures": {record.Thresholds{HealthyFailures: 0.9}, func(a *kpi.Analysis) any { return a.Loads[0].Bound.BadShare }},
		"down":             {record.Thresholds{Down: 0.99}, func(a *kpi.Analysis) any { return figure(t, a, "downtime", "tokens").Value }},
		"late_factor":      {record.Thresholds{LateFactor: 50}, func(a *kpi.Analysis) any { return a.Loads[0].Bound.Late }},
		"late_least":       {record.Thresholds{LateLeast: 5 * time.Second}, func(a *kpi.Analysis) any { return a.Loads[0].Bound.Late }},
		"outage_arrivals":  {record.Thresholds{OutageArrivals: 100}, func(a *kpi.Analysis) any { return a.Loads[0].Bound.OutageDue }},
		"outage_gaps":      {record.Thresholds{OutageGaps: 30}, func(a *kpi.Analysis) any { return a.Loads[0].Bound.Outage }},
		"lateness":         {record.Thresholds{Lateness: time.Microsecond}, func(a *kpi.Analysis) any { return a.Result.Verdict }},
		"clock_bound":      {record.Thresholds{ClockBound: time.Millisecond}, func(a *kpi.Analysis) any { return a.Result.Verdict }},
		"reached":          {record.Thresholds{Reached: 1}, func(a *kpi.Analysis) any { return a.Settings.Reached }},
		"boot_time":        {record.Thresholds{BootTime: time.Hour}, func(a *kpi.Analysis) any { return a.Settings.BootTime }},
	} {
		a := with(c.set)
		require.NotEqual(t, c.differ(usual), c.differ(a), name)
		for _, x := range a.Result.Thresholds {
			require.Equal(t, x.Name == name, x.Own, "%s, where %s is set", x.Name, name)
		}
	}
	require.Len(t, usual.Result.Thresholds, 12)
	require.Equal(t, usual.Settings, with(record.Thresholds{HealthyFor: -1, Down: -3, OutageArrivals: -5, BootTime: -1}).Settings, "what no scenario sets counts for nothing")
}

package reports

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

func TestOutagesBesideTheFaultsAreInEveryReport(t *testing.T) {
	rec := example.Passing()
	rec.Events = append([]record.Event{
		{Outage: &record.OutageEvent{Target: record.Target{Node: "ctl-2", Service: "glance"}, State: record.OutageOver, From: 12 * time.Second, To: 20 * time.Second}},
		{Outage: &record.OutageEvent{Target: record.Target{Node: "ctl-3"}, State: record.OutageBegan, From: 30 * time.Second, Beside: []string{"kill"}}},
	}, rec.Events...)
	a := kpi.Compute(rec, kpi.Settings{})
	var text, page bytes.Buffer
	require.NoError(t, WriteText(&text, a, true))
	require.NoError(t, WriteHTML(&page, a))
	require.Contains(t, text.String(), "! Unexpected outage: glance@ctl-2 was not healthy from 12 s to 20 s, and no fault of this run explains it.")
	require.Contains(t, text.String(), "ctl-3 gave no answer from 30 s to the end (began after the start of kill and before all that was struck had recovered)")
	require.NotContains(t, text.String(), "Unexpected outage: ctl-3")
	require.Contains(t, page.String(), "Unexpected outage: glance@ctl-2 was not healthy from 12 s to 20 s, and no fault of this run explains it.")
	require.Contains(t, page.String(), `<th scope="row">ctl-3 gave no answer from 30 s to the end</th><td>began after the start of kill and before all that was struck had recovered</td>`)
}

// A card of the worst of several says of which of them nothing is known, and is no pass then.
func TestACardSaysOfWhomNothingIsKnown(t *testing.T) {
	a := kpi.Compute(example.Twelve(), kpi.Settings{})
	recovery := func() Card { return cards(a)[1] }
	require.NotContains(t, recovery().Note, "not measured")
	name := ""
	for i, k := range a.Result.KPIs {
		if k.Name == "time_to_recover" {
			name = k.Scope
			a.Result.KPIs[i] = kpi.KPI{Name: k.Name, Scope: name, Unit: k.Unit, State: kpi.NotMeasured}
			break
		}
	}
	require.Contains(t, recovery().Note, "not measured of "+name)
	require.NotEqual(t, "pass", recovery().Tone)
	for i := range a.Faults {
		if a.Faults[i].Name == name {
			a.Faults[i].Failed.State = kpi.None
		}
	}
	require.NotContains(t, recovery().Note, "not measured", "it was not made")
}

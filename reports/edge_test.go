package reports_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// thin are records in which nearly everything is missing.
func thin() map[string]kpi.Record {
	noSamples := example.Passing()
	noSamples.Samples, noSamples.Signals = nil, nil
	onlyStarted := example.Passing()
	onlyStarted.Events = onlyStarted.Events[:1]
	twoLoads := example.Passing()
	twoLoads.Meta.Loads = append(twoLoads.Meta.Loads, record.LoadPlan{Name: "boots", Workload: "nova.list_servers", Model: "closed", Workers: 4})
	return map[string]kpi.Record{
		"nothing at all": {}, "no samples": noSamples, "only its first event": onlyStarted, "two loads": twoLoads, "small": example.Small(3),
	}
}

func TestThinRecordsAreShown(t *testing.T) {
	for name, rec := range thin() {
		t.Run(name, func(t *testing.T) {
			require.NotContains(t, page(t, rec), "NaN")
			a := kpi.Compute(rec, kpi.Settings{})
			for _, w := range reports.Writers() {
				var text bytes.Buffer
				require.NoError(t, w.Write(&text, &reports.Run{Record: rec, Analysis: a}), w.Name)
				if w.Name != "csv" && w.Name != "kpis" && w.Name != "signals" { // which have no row where there was no load, or nothing watched
					require.Contains(t, text.String(), a.Result.Scenario.Name, w.Name)
				}
				require.NotContains(t, text.String(), "NaN", w.Name)
			}
		})
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk is full") }

func TestWritersTellThatTheyCouldNotWrite(t *testing.T) {
	a := kpi.Compute(example.Passing(), kpi.Settings{})
	for _, w := range reports.Writers() {
		require.ErrorContains(t, w.Write(broken{}, &reports.Run{Analysis: a}), "disk is full", w.Name)
	}
}

package reports_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// Every report says what a database did not get.
func TestReportsSayWhatASinkHas(t *testing.T) {
	for words, s := range map[string]record.Sink{
		"20 of 20 points were written": {Produced: 20, Written: 20, Reason: "long over"},
		"10 of 20 points were written, 7 are lost, of 3 nobody knows (connection refused); the record has all of it": {Produced: 20, Written: 10, Lost: 7, Unsure: 3, Reason: "connection refused"},
		"0 of 20 points were written, 20 are lost; the record has all of it":                                         {Produced: 20, Lost: 20},
	} {
		s.To = record.InfluxDB
		rec := example.Passing()
		rec.Events = append(slices.Clone(rec.Events), record.Event{Note: &record.Note{Sink: &s}})
		a := kpi.Compute(rec, kpi.Settings{})
		for name, write := range map[string]func(io.Writer, *kpi.Analysis) error{"text": func(w io.Writer, a *kpi.Analysis) error { return reports.WriteText(w, a, true) }, "markdown": reports.WriteMarkdown, "html": reports.WriteHTML} {
			var b strings.Builder
			require.NoError(t, write(&b, a), name)
			require.Contains(t, b.String(), "InfluxDB", name)
			require.Contains(t, strings.ReplaceAll(b.String(), `\`, ""), words, name)
		}
	}
}

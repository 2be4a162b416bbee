package reports_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A zero, what did not happen and what nobody measured are three things in each report, of
// what a fault has lost and of what failed beside it.
func TestWhatAFaultLostIsTold(t *testing.T) {
	kept := func(rec kpi.Record, lost ...string) kpi.Record {
		rec.Events = append(slices.Clone(rec.Events), record.Event{Kept: &record.KeptEvent{Load: "tokens", Work: 9, Lost: lost}})
		return rec
	}
	for what, c := range map[string]struct {
		rec                kpi.Record
		lost, says, state  string
		failed, value, top string
	}{
		"nothing was kept":       {example.Passing(), "—", "", "not_measured", "33", "", ""},
		"all is there":           {kept(example.Passing()), "0", "of 9 kept", "measured", "33", "0", "0"},
		"two are gone":           {kept(example.Passing(), "server a: gone", "server b: gone"), "2", "of 9 kept", "measured", "33", "2", "2"},
		"the fault was not made": {kept(example.Unknown(), "server a: gone"), "not made", "", "none", "not made", "", ""},
		"one of three lost it":   {kept(example.Failing(), "server a: gone"), "≤ 1", "of 9 kept; by which of 3 faults is not known", "not_measured", "331", "", "1"},
	} {
		t.Run(what, func(t *testing.T) {
			a := kpi.Compute(c.rec, kpi.Settings{})
			fault := a.Faults[0].Name
			var page, mark, text, figures bytes.Buffer
			require.NoError(t, reports.WriteHTML(&page, a))
			require.NoError(t, reports.WriteMarkdown(&mark, a))
			require.NoError(t, reports.WriteText(&text, a, true))
			require.NoError(t, reports.WriteKPIs(&figures, a))
			cell := `<td class="n">` + c.lost
			if c.says != "" {
				cell += `<br><span class="why">` + c.says + `</span>`
			}
			require.Contains(t, rowOf(page.String(), `<tr id="fault-`+fault), `<td class="n">`+c.failed+`</td>`+cell+`</td>`)
			require.Contains(t, rowOf(mark.String(), "| "+strings.ReplaceAll(fault, "_", `\_`)+" |"), "| "+c.failed+" | "+strings.TrimSpace(c.lost+" "+c.says)+" |")
			require.Regexp(t, `(?m)^  `+fault+` \(.* +`+c.failed+` +`+c.lost+` +\S `, text.String())
			rows, err := csv.NewReader(&figures).ReadAll()
			require.NoError(t, err)
			for _, row := range rows {
				if row[2] == "lost_work" && row[3] == fault {
					require.Equal(t, []string{c.value, c.top, c.state}, []string{row[4], row[6], row[8]})
					return
				}
			}
			require.Fail(t, "no row of it", figures.String())
		})
	}
}

// rowOf is the line of a report that begins so.
func rowOf(report, begins string) string {
	for line := range strings.Lines(report) {
		if strings.HasPrefix(line, begins) {
			return line
		}
	}
	return ""
}

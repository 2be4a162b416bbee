package reports_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A timeline that is too high for a sheet of paper is broken between loads, each part with the axis.
func TestATimelineIsBrokenOnPaperBetweenLoads(t *testing.T) {
	v := reports.NewView(kpi.Compute(example.Three(), kpi.Settings{}))
	require.GreaterOrEqual(t, len(v.Timeline.Sheets), 2)
	require.Equal(t, "0", v.Timeline.Sheets[0].From)
	require.Empty(t, reports.NewView(kpi.Compute(example.Passing(), kpi.Settings{})).Timeline.Sheets, "which fits on one")
	text := page(t, example.Three())
	require.Len(t, regexp.MustCompile(`<use href="#axis"`).FindAllString(text, -1), len(v.Timeline.Sheets))
}

// The words over a panel stand each after a piece of the line that they name, since two of them are
// grey and colour says nothing to some.
func TestALegendHasAPieceOfEachLine(t *testing.T) {
	for _, p := range reports.NewView(kpi.Compute(example.Three(), kpi.Settings{})).Timeline.Panels {
		for _, l := range p.Lines {
			if p.Class != "response" {
				require.NotEmpty(t, l.Key, "%s: %s", p.Title, l.Name)
			}
		}
	}
}

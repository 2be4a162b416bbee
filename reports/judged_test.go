package reports_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi/example"
)

// A figure of a fault has the mark of what was promised of it, and none of what was promised of
// another: of the fault as a whole it is the result that tells.
func TestAFigureOfAFaultHasTheMarkOfItsOwnPromise(t *testing.T) {
	cells := func(objectives ...string) map[string]string {
		rec := example.Passing()
		rec.Meta.Objectives = objectives
		text := page(t, rec)
		row := regexp.MustCompile(`(?s)<tr id="fault-lose-keystone">.*?</tr>`).FindString(text)
		found := map[string]string{}
		names := []string{"at", "held", "effective", "first", "down", "recover", "after", "degraded", "ratio", "failed", "lost"}
		all := regexp.MustCompile(`<td class="n ?(\w*)">(?:<span aria-hidden="true">(.)</span>)?`).FindAllStringSubmatch(row, -1)
		require.Len(t, all, len(names))
		for i, m := range all {
			if m[1]+m[2] != "" {
				found[names[i]] = m[1] + " " + m[2]
			}
		}
		return found
	}
	require.Equal(t, map[string]string{"failed": "fail ✕"}, cells(`failed("lose-keystone") <= 5`))
	require.Equal(t, map[string]string{"failed": "fail ✕", "recover": "pass ✓"}, cells(`failed("lose-keystone") <= 5`, `time_to_recover("lose-keystone") <= 30s`))
	require.Equal(t, map[string]string{"recover": "fail ✕"}, cells(`time_to_recover(any) <= 1s`, `time_to_recover(any) <= 30s`))
	require.Empty(t, cells(`availability("tokens") >= 10%`))
}

package reports_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// made is a run that was made from a scenario and a plan.
func made(rec kpi.Record, scenario string) kpi.Record {
	rec.Meta.SpecSHA = fmt.Sprintf("%x", sha256.Sum256([]byte(scenario)))
	rec.Inputs = kpi.Inputs{Scenario: []byte(scenario), Plan: []byte(`{"cloud_sha256": "c10d", "faults": [{"name": "lose-keystone", "files": {"break.sh": "f11e"}}]}`)}
	return rec
}

func TestTheScenarioStandsOnThePage(t *testing.T) {
	const scenario = "name: x # <script>alert(1)</script>\nloads:\n  api: {args: {password: hunter2, url: https://198.51.100.7/}}\n"
	rec := made(example.Passing(), scenario)
	text := page(t, rec)
	again := text[strings.Index(text, `id="reproduce"`):]
	require.Contains(t, again, `<details id="scenario"><summary>The scenario as it was run (3 lines)</summary>`)
	require.Contains(t, again, "<pre>name: x # &lt;script&gt;alert(1)&lt;/script&gt;\nloads:\n  api: {args: {password: REDACTED, url: https://198.51.100.7/}}</pre>")
	require.NotContains(t, text, "hunter2")
	require.NotContains(t, text, "the file was changed")
	for _, sum := range []string{
		"<dt>spec sha256</dt><dd>" + rec.Meta.SpecSHA, fmt.Sprintf("<dt>plan.json sha256</dt><dd>%x", sha256.Sum256(rec.Inputs.Plan)),
		"<dt>inventory sha256</dt><dd>c10d", "<dt>lose-keystone break.sh sha256</dt><dd>f11e",
	} {
		require.Contains(t, again, sum)
	}
	require.NotContains(t, page(t, example.Passing()), `id="scenario"`, "of an imported result there is none")

	rec.Inputs.Scenario = append(rec.Inputs.Scenario, "more: 1\n"...)
	require.Contains(t, page(t, rec), "and not that of what was run: the file was changed.")

	var hidden bytes.Buffer
	require.NoError(t, reports.NewHiddenView(kpi.Compute(rec, kpi.Settings{}), &reports.Hiding{}).WriteHTML(&hidden))
	require.Contains(t, hidden.String(), "its text is not published")
	require.NotContains(t, hidden.String(), "loads:")
}

func TestALongScenarioIsCutAndThatIsSaid(t *testing.T) {
	var long strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&long, "line-%d: %s\n", n, strings.Repeat("x", 50))
	}
	text := page(t, made(example.Passing(), long.String()))
	require.Contains(t, text, "(1000 lines)")
	shown := strings.Count(text, ": "+strings.Repeat("x", 50))
	require.Contains(t, text, fmt.Sprintf("%d of its 1000 lines are left out here; scenario.yaml in the run&#39;s folder has them", 1000-shown))
	require.InDelta(t, 16<<10, shown*61, 200)
}

// What a record has of its inputs is read with it.
func TestTheInputsAreReadWithTheRecord(t *testing.T) {
	dir := written(t, example.Passing())
	run, err := reports.Open(dir)
	require.NoError(t, err)
	require.Empty(t, run.Analysis.Inputs.Plan)
	require.NoError(t, record.WriteFile(filepath.Join(dir, "scenario.yaml"), []byte("name: x\n")))
	require.NoError(t, record.WriteFile(filepath.Join(dir, "plan.json"), []byte("{}")))
	run, err = reports.Open(dir)
	require.NoError(t, err)
	require.Equal(t, kpi.Inputs{Scenario: []byte("name: x\n"), Plan: []byte("{}")}, run.Analysis.Inputs)
}

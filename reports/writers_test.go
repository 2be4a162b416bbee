package reports_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A report may be written again, and is no part of the record.
func TestEveryReportIsWrittenBesideTheRecord(t *testing.T) {
	dir := written(t, example.Passing())
	run, err := reports.Open(dir)
	require.NoError(t, err)
	files := map[string]bool{}
	for _, w := range reports.Writers() {
		require.False(t, files[w.File], w.File)
		require.Regexp(t, `^(run\.json|report\.[a-z.]+)$`, w.File, "what the sums of a record leave out")
		files[w.File] = true
		var page bytes.Buffer
		require.NoError(t, w.Write(&page, run))
		require.Contains(t, page.String(), run.Record.Meta.Scenario, w.Name)
		require.NoError(t, record.WriteFile(filepath.Join(dir, w.File), page.Bytes()))
		again, err := reports.Open(dir)
		require.NoError(t, err)
		require.Equal(t, run.Analysis.Result, again.Analysis.Result)
	}
}

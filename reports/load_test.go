package reports_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// written lays an example down as a run's directory. Time stands still while it
// does, at the start of the run: the writer stamps events of offset zero itself.
func written(t *testing.T, rec kpi.Record) string {
	t.Helper()
	parent := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w, err := record.Create(parent, record.Meta{ID: rec.Meta.Run, Scenario: rec.Meta.Scenario, Clock: record.NewClock()})
		require.NoError(t, err)
		for _, e := range rec.Events {
			require.NoError(t, w.Event(e))
		}
		l, err := w.Load("tokens")
		require.NoError(t, err)
		said, err := rec.Failures("tokens")
		require.NoError(t, err)
		for s := range rec.Samples("tokens") {
			for _, f := range said {
				if f.Class == s.Class.String() {
					s.Err = errors.New(f.Text)
				}
			}
			l.Sample(s)
		}
		require.NoError(t, w.Close())
	})
	return filepath.Join(parent, rec.Meta.Run)
}

func TestARunReadFromDiskIsJudgedLikeTheOneInMemory(t *testing.T) {
	rec := example.Failing()
	run, err := reports.Open(written(t, rec))
	require.NoError(t, err)
	a := run.Analysis
	want := kpi.Compute(rec, kpi.Settings{})
	require.Equal(t, want.Result.Verdict, a.Result.Verdict)
	require.Equal(t, want.Result.Objectives, a.Result.Objectives)
	require.Equal(t, want.Result.KPIs, a.Result.KPIs)
	require.Equal(t, want.Result.Loads, a.Result.Loads)
	require.Equal(t, want.Result.Summary, a.Result.Summary)
}

func TestARunThatWasKilledIsReadAndUnknown(t *testing.T) {
	dir := written(t, example.Passing())
	path := filepath.Join(dir, "journal.ndjson")
	journal, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, journal[:len(journal)-40], 0o644))
	run, err := reports.Open(dir)
	require.NoError(t, err)
	a := run.Analysis
	require.Equal(t, kpi.Unknown, a.Result.Verdict)
	require.Contains(t, a.Result.Summary, "torn")
	require.InDelta(t, 80, a.End.Seconds(), 1)
}

func TestADirectoryThatIsNoRecordIsAnError(t *testing.T) {
	_, err := reports.Open(t.TempDir())
	require.ErrorContains(t, err, "no journal")
}

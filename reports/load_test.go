package reports_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
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
					s.Err = errors.New(f.Examples[0].Text)
				}
			}
			l.Sample(s)
		}
		if rec.Signals != nil {
			watched, err := w.Signals("watched")
			require.NoError(t, err)
			for r := range rec.Signals() {
				require.NoError(t, watched.Write(r))
			}
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

// A record of which a file was changed, or is missing, is no pass and no fail: whatever is
// counted of it, it is told first. Files that no figure rests on may go.
func TestAChangedRecordIsNoPass(t *testing.T) {
	opened := func(change func(dir string)) *kpi.Analysis {
		dir := written(t, example.Passing())
		change(dir)
		run, err := reports.Open(dir)
		require.NoError(t, err)
		return run.Analysis
	}
	for what, change := range map[string]func(dir string){
		"errors/tokens.ndjson was changed": func(dir string) {
			file := filepath.Join(dir, "errors", "tokens.ndjson")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, append(text, text...), 0o600))
		},
		"MANIFEST is missing, so that nobody knows whether anything else is": func(dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "MANIFEST")))
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "signals")))
		},
		`event 5 of journal.ndjson is of the type "quake", and says what one of the type phase says`: func(dir string) {
			file := filepath.Join(dir, "journal.ndjson")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, bytes.Replace(text, []byte(`"type":"phase"`), []byte(`"type":"quake"`), 1), 0o600))
		},
		"hist/tokens.hlog is missing": func(dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "hist", "tokens.hlog"))) },
	} {
		a := opened(change)
		require.Equal(t, kpi.Unknown, a.Result.Verdict, what)
		require.Equal(t, kpi.ExitUnknown, a.Result.Exit)
		i := slices.IndexFunc(a.Result.Quality, func(q kpi.Quality) bool { return q.Assumption == "the record is complete" })
		require.Equal(t, kpi.Unknown, a.Result.Quality[i].Verdict)
		require.Contains(t, a.Result.Quality[i].Detail, "it is not as it was written: "+what)
		for _, o := range a.Result.Objectives {
			require.NotEqual(t, kpi.Pass, o.Verdict, o.Expression)
		}
	}
	a := opened(func(dir string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "logs")))
	})
	require.Equal(t, kpi.Pass, a.Result.Verdict)
}

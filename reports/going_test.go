package reports_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports"
)

// A run that still goes on is told as that, and not as one that was cut off.
func TestARunThatStillGoesOnIsToldAsThat(t *testing.T) {
	out := t.TempDir()
	w, err := record.Create(out, record.Meta{Scenario: "s", Clock: record.NewClock()})
	require.NoError(t, err)
	require.NoError(t, w.Event(record.Event{Started: &record.RunStarted{Run: w.ID(), Scenario: "s"}}))
	for _, goes := range []bool{true, false} {
		want := "the run still goes on"
		if !goes {
			require.NoError(t, w.Close())
			want = "the run ended without its last event"
		}
		run, err := reports.Open(w.Dir())
		require.NoError(t, err)
		require.Equal(t, want, run.Record.CutOff)
		require.Contains(t, run.Analysis.Result.Summary, want)
		all, broken, err := reports.OpenAll(out)
		require.NoError(t, err)
		require.Empty(t, broken)
		require.Len(t, all, 1)
		require.Equal(t, goes, all[0].Going)
		require.Contains(t, all[0].Result.Summary, want)
		var text strings.Builder
		gaps := reports.NewGaps(out, all, nil, nil, nil, time.Now(), time.Hour)
		require.NoError(t, gaps.WriteText(&text))
		require.Equal(t, goes, strings.Contains(text.String(), "still goes on, and is not counted: "+w.ID()), text.String())
		require.Equal(t, goes, len(gaps.Going) == 1)
	}
}

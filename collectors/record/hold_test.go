package record_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

func TestARecordIsWrittenUntilItIsClosed(t *testing.T) {
	w, err := record.Create(t.TempDir(), record.Meta{Scenario: "s", Clock: record.NewClock()})
	require.NoError(t, err)
	require.NoError(t, w.Event(record.Event{Started: &record.RunStarted{Run: w.ID()}}))
	for _, want := range []bool{true, true, false} {
		if !want {
			require.NoError(t, w.Close())
		}
		r, err := record.Open(w.Dir())
		require.NoError(t, err)
		written, err := r.Written()
		require.NoError(t, err)
		require.Equal(t, want, written)
	}
}

func TestAnIDIsKnownByItsShape(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	for _, scenario := range []string{"keystone-max-loss", "", "A  b_c", "a-very-long-name-that-goes-on-and-on-and-on-an-x-y-z", "7f3c"} {
		require.True(t, record.IsID(record.NewID(scenario, now)), scenario)
	}
	for _, text := range []string{
		"", "test", "20261121T093000Z", "20261121T093000Z-7f3c", "20261121T093000Z-a-7F3C", "20261121T093000Z-a-7f3", "20261121T093000-a-7f3c",
		"20261121T093000Z-a_b-7f3c", "20261121T093000Z-A-7f3c", "20261121T096000Z-a-7f3c", "20261121T093000Z-a-7f3c-", " 20261121T093000Z-a-7f3c",
	} {
		require.False(t, record.IsID(text), text)
	}
}

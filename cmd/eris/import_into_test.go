package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// What a run left in OpenStack bears its id, and not that of a record to which others'
// results were joined.
func TestCleanupOfAJoinedRecordIsThatOfTheRun(t *testing.T) {
	const run = "20261121T090000Z-drill-7f3c"
	w, err := record.Create(t.TempDir(), record.Meta{Scenario: "drill", Clock: record.NewClock()})
	require.NoError(t, err)
	require.NoError(t, w.Event(record.Event{Started: &record.RunStarted{Run: w.ID(), Scenario: "drill", Joined: &record.Joined{Run: run}}}))
	require.NoError(t, w.Close())
	of, err := (&cleanupFlags{}).subject([]string{w.Dir()})
	require.NoError(t, err)
	require.Equal(t, run, of.run)
}

package live

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// The terminal says who has joined and who is lost; plain lines only who is missing, beside the
// event's own line.
func TestWorkersAreShown(t *testing.T) {
	shown := func(w *Workers) []string {
		var lines []string
		for _, l := range frame(Snapshot{Workers: w}, newHistories(), 0) {
			lines = append(lines, l.render(200, false))
		}
		return lines
	}
	all := &Workers{Wanted: 3, Joined: 3}
	require.Contains(t, shown(all), " workers 3 of 3 have joined")
	require.NotContains(t, progress(Snapshot{Workers: all}), "workers")
	require.Contains(t, progress(Snapshot{Workers: &Workers{Wanted: 3, Joined: 1}}), "workers: 1 of 3")
	all.Lost = []string{"w1", "w3"}
	require.Contains(t, shown(all), " workers 3 of 3 have joined   lost w1, w3")
	require.Contains(t, progress(Snapshot{Workers: all}), "workers: 3 of 3, lost w1, w3")

	told := func(w record.WorkerEvent) string { return Words(record.Event{Worker: &w}) }
	require.Equal(t, "worker w1 has joined from gen-1", told(record.WorkerEvent{Name: "w1", State: record.WorkerJoined, Host: "gen-1"}))
	require.Equal(t, "worker w1 is lost: it ended: interrupted", told(record.WorkerEvent{Name: "w1", State: record.WorkerLost, Reason: "it ended: interrupted"}))
	require.Empty(t, told(record.WorkerEvent{Name: "w1", State: record.WorkerAccounted}))
}

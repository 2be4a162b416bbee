package live

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The terminal says what a database has, and why it gets nothing; plain lines only what
// is wrong.
func TestASinkIsShown(t *testing.T) {
	shown := func(k *Sink) string {
		last := frame(Snapshot{Sink: k}, newHistories(), 0)
		return last[len(last)-1].render(200, false)
	}
	well := &Sink{Name: "influxdb", Produced: 30, Written: 20, Waiting: 10}
	require.Equal(t, " sink    influxdb  written 20   waiting 10", shown(well))
	require.NotContains(t, shown(nil), "influxdb")
	require.NotContains(t, progress(Snapshot{Sink: well}), "influxdb")
	ill := &Sink{Name: "influxdb", Produced: 40, Written: 20, Lost: 5, Unsure: 5, Waiting: 10, Problem: "connection refused"}
	require.Equal(t, " sink    influxdb  written 20   waiting 10   lost 10   connection refused", shown(ill))
	require.Contains(t, progress(Snapshot{Sink: ill}), "influxdb: written 20, waiting 10, lost 10, connection refused")
	ill.Problem = ""
	require.Regexp(t, "lost 10$", progress(Snapshot{Sink: ill}))
}

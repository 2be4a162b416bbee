//go:build sinks

package main_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/cmd/eris/influx"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// A million outcomes as fast as they can be made: nobody waits, memory is bounded, and
// what the server has is what was counted as written, to a point.
func TestAMillionOutcomes(t *testing.T) {
	server := serveInflux(t)
	sink, err := influx.Open(t.Context(), influx.Target{URL: server.url(), Bucket: "eris/autogen"})
	require.NoError(t, err)
	defer sink.Close()
	clock := record.NewClock()
	stream := sink.Stream(t.Context(), influx.Source{
		Run: "million", Scenario: "x", Cloud: "lab", Clock: clock, Tell: func(record.Event) error { return nil },
		Snapshot: func() live.Snapshot { return live.Snapshot{Elapsed: clock.Now()} },
	})
	began, slowest := time.Now(), time.Duration(0)
	for n := range int64(1_000_000) {
		before := time.Now()
		stream.Sample("tokens", record.Sample{Iteration: n, End: clock.Now(), Class: record.OK, Status: 201})
		slowest = max(slowest, time.Since(before))
	}
	took := time.Since(began)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	account := stream.Close(t.Context())
	t.Logf("%v in all, %v the slowest, heap %d MiB, %+v", took, slowest, memory.HeapInuse>>20, account)
	require.Less(t, memory.HeapInuse, uint64(128<<20))
	require.Equal(t, account.Produced, account.Written+account.Lost)
	require.Equal(t, account.Written, sum(server.points("million")))
}

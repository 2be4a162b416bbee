//go:build sinks

package main_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/cmd/eris/influx"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// streamTo is a stream of a run without a run.
func streamTo(t *testing.T, server *influxd, run, name string) *influx.Stream {
	t.Helper()
	sink, err := influx.Open(t.Context(), influx.Target{URL: server.url(), Bucket: "eris/autogen", Rate: influx.RateUsual})
	require.NoError(t, err)
	t.Cleanup(sink.Close)
	clock := record.NewClock()
	return sink.Stream(t.Context(), influx.Source{
		Run: run, Scenario: name, Cloud: name, Clock: clock, Tell: func(record.Event) error { return nil },
		Snapshot: func() live.Snapshot {
			return live.Snapshot{Phase: name, Elapsed: clock.Now(), Loads: []live.Load{{Name: name}}, Faults: []live.Fault{{Name: name, Kind: name}}}
		},
	})
}

// A million outcomes as fast as they can be made: nobody waits, memory is bounded, and
// what the server has is what was counted as written, to a point.
func TestAMillionOutcomes(t *testing.T) {
	server := serveInflux(t)
	stream := streamTo(t, server, "million", "x")
	began, slowest := time.Now(), time.Duration(0)
	for n := range int64(1_000_000) {
		before := time.Now()
		stream.Sample("tokens", record.Sample{Iteration: n, End: time.Since(began), Class: record.OK, Status: 201})
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

// Whatever something is called, the server takes the point, and only that.
func TestNamesCannotBreakALine(t *testing.T) {
	server := serveInflux(t)
	for n, name := range []string{`a"b\c,d=e f`, "new\nline,run=other x=1i 1", `ends in \`, "\xff\x00\u2028", "# no comment", "=,", " ", "", "Ünïcödé 🎉", `'; DROP DATABASE eris; --`, strings.Repeat(`\ `, 5000)} {
		run := fmt.Sprintf("run-%d", n)
		stream := streamTo(t, server, run, name)
		stream.Sample(name, record.Sample{Operation: name, RequestID: name, Class: record.Timeout})
		stream.Readings(name, []record.Reading{
			{Signal: name, Labels: map[string]string{name: name, "run": name, "value": name, "time": name, "_field": name}},
			{Signal: name, Labels: map[string]string{name: name, "run": name, "value": name, "time": name, "_field": name}, Value: 1e300},
		})
		stream.Event(record.Event{Type: "note", Note: &record.Note{Level: name, Text: "x" + name}})
		account := stream.Close(t.Context())
		require.Equal(t, account.Produced, account.Written, "%q: %+v", name, account)
		require.Equal(t, account.Written, sum(server.points(run)), "%q", name)
		require.GreaterOrEqual(t, account.Written, int64(1+2+1+3), "%q", name)
	}
}

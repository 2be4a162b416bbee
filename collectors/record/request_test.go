package record_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// Of each operation and class the first twenty are kept, each id once, and whoever takes a few
// has of all kinds.
func TestTheFirstFailedRequestsOfEachKindAreKept(t *testing.T) {
	w, err := record.Create(t.TempDir(), record.Meta{Scenario: "demo", Clock: record.NewClock()})
	require.NoError(t, err)
	load, err := w.Load("boots")
	require.NoError(t, err)
	for n := range 30 {
		id := fmt.Sprint("req-", n)
		load.Sample(record.Sample{Operation: "nova.boot_server", Class: record.HTTP5xx, RequestID: id, Err: errors.New("x")})
		load.Sample(record.Sample{Class: record.HTTP5xx, RequestID: id})
		load.Sample(record.Sample{Class: record.OK, RequestID: "fine-" + id})
		load.Sample(record.Sample{Class: record.Aborted, RequestID: "cut-" + id})
		load.Sample(record.Sample{Class: record.Timeout})
	}
	load.Sample(record.Sample{Class: record.HTTP4xx, RequestID: "late"})
	load.Sample(record.Sample{Class: record.Connect, RequestID: "given", SentID: "sent"})
	all := w.Requests()
	require.NoError(t, w.Close())
	require.Len(t, all, 23, "both ids of one request count as one")
	require.Equal(t, []record.Request{
		{Load: "boots", Operation: "nova.boot_server", Class: record.HTTP5xx, ID: "req-0"}, {Load: "boots", Class: record.HTTP4xx, ID: "late"},
		{Load: "boots", Class: record.Connect, ID: "given"},
		{Load: "boots", Operation: "nova.boot_server", Class: record.HTTP5xx, ID: "req-1"},
	}, all[:4])
}

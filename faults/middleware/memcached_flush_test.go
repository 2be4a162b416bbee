package middleware_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/middleware"
)

func TestWhatIsNotFlushedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached.flush")
	elsewhere := bed
	other := *bed.Service
	other.Port = 5672
	elsewhere.Service = &other
	require.Contains(t, refused(t, elsewhere, middleware.NewFlush()), "memcached does not tell its statistics at 127.1.0.13 port 5672, in its text protocol and without a login: no answer")
	bed.Shell(t, "systemctl stop memcached")
	require.Contains(t, refused(t, bed, middleware.NewFlush()), "memcached.service is not active")
}

// What it held is counted by the fault, and by memcached itself.
func TestAFlushLosesWhatWasThereOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t, "memcached.flush")
	var before string
	i := bed.NewRun("run-flush", "ann@desk").Struck(t, middleware.NewFlush(), func() { // again, on a slow machine
		cloud.Fill("ctl-3", 40)
		before = flushes(t, bed)
	})
	require.Equal(t, "40 items are lost, since then 0 of 0 gets found nothing", i.Targets()[0].Effect)
	after := flushes(t, bed)
	require.NotEqual(t, before, after)
	require.Contains(t, cache(t, bed, "stats"), "STAT curr_items 0")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, after, flushes(t, bed), "the undo flushes nothing")
	bed.Clean(t)
}

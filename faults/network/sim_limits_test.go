package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/network"
)

// With some ports left, or some places, whoever begins a connection gets one.
func TestWhatIsLeftIsUsedOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	run := bed.LongRun("run-left", "ann@desk")
	i := run.Struck(t, &network.Ports{Protocol: "tcp", Leave: 3})
	require.Equal(t, "3 of 28232 TCP ports are free, asked 3: who connects is given one", i.Targets()[0].Effect)
	require.False(t, portless(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	i = bed.LongRun("run-places", "ann@desk").Struck(t, &network.Conntrack{Fill: 0.9})
	require.Contains(t, i.Targets()[0].Effect, "(90.0 %), asked 90 %; 0 of 10 new connections had no place")
	require.False(t, unheard(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

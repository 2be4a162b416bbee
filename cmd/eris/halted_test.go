package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
)

// Who halts is told where that does not hold.
func TestAHaltThatCouldNotBeWrittenIsTold(t *testing.T) {
	var said strings.Builder
	require.NoError(t, sayHalted(&said, []faults.Healed{{Node: "ctl-1", Halted: true}, {Node: "ctl-2", Halted: true, Forgets: true}}))
	require.NotContains(t, said.String(), "ctl-1: the halt")
	require.Contains(t, said.String(), "ctl-2: the halt ends with the next boot of the node")
	err := sayHalted(&said, []faults.Healed{{Node: "ctl-3"}})
	require.ErrorContains(t, err, "not every node is halted")
	require.Contains(t, said.String(), "ctl-3: is NOT halted")
}

package labtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
)

// memoryLimit is in MiB, of all that runs for a whole OpenStack.
const memoryLimit = 13_000_000_000 >> 20

// Fits fails a test after which a whole OpenStack is not healthy or takes more than 13 GB,
// and tells what it takes; a cloud that is used takes more than one that has just been made.
func Fits(t testing.TB, o lab.Options) {
	t.Helper()
	s, err := lab.ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
	nodes := 0
	for _, n := range s.Nodes {
		require.Positive(t, n.Memory, "%s: nothing is measured", n.Name)
		nodes += n.Memory
	}
	require.GreaterOrEqual(t, s.MemoryMiB, nodes*99/100, "they are in it")
	Tell(t, "memory of the lab %d MiB, of it all nodes %d MiB", s.MemoryMiB, nodes)
	require.Less(t, s.MemoryMiB, memoryLimit)
}

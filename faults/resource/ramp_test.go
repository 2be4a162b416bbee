package resource_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory/remote"
)

// A load with a ramp is seen from its first step on, is not told as gone while it
// grows, is all there in the end, and the log says what was reached by when.
func climbsUp(t *testing.T, bed faulttest.Bed, fault faults.Fault, reached, there string) {
	t.Helper()
	i := bed.LongRun("run-ramp", "ann@desk").Struck(t, fault) // a test that looks on does not renew it
	target := i.Targets()[0]
	require.Contains(t, target.Effect, "on the way to ")
	faulttest.Eventually(t, 20*time.Second, "it has grown", func() bool {
		require.True(t, i.Kept(t.Context()))
		return bed.Shell(t, `cd /run/eris/%s && grep -c " reached itself .*%s" log`, target.Target.ID, reached) != "0"
	})
	s, err := fault.Scripts(target.Target)
	require.NoError(t, err)
	faulttest.Eventually(t, 20*time.Second, "all of it is there", func() bool {
		require.True(t, i.Kept(t.Context()))
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "cd /run/eris/" + target.Target.ID + "\n" + s.Observe, Args: s.Args, Root: true})
		return result.OK() && strings.Contains(string(result.Stdout), there)
	})
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

func TestALoadOfProcessorsGrows(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "cpu.load")
	climbsUp(t, bed, &resource.CPULoad{Share: 0.8, Weight: 100, Ramp: 5 * time.Second}, "% of a processor, on the way to 320 %", "asked 320 %")
}

func TestALoadOfMemoryGrows(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memory.load")
	climbsUp(t, bed, &resource.MemoryLoad{Size: 300 << 20, Reserve: 512 << 20, Ramp: 5 * time.Second}, "270 MiB, on the way to 300", "MiB of memory are taken, asked 300;")
}

func TestALoadOfADiskGrows(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "io.load")
	load := resource.NewIOLoad()
	load.Size, load.Ramp = 4<<20, 5*time.Second
	climbsUp(t, bed, load, "MiB a second, on the way to 20", "asked at most 20 MiB")
}

//go:build openstack

package openstack

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

const (
	memoryLimit = 13_000_000_000 >> 20 // MiB, of all nodes and their BMCs together
	idleLimit   = 0.5                  // processors, of all nodes together
	idleFor     = time.Minute

	freezeWithin = 5 * time.Second  // a pause, and a resume
	pauseFor     = 20 * time.Second // between them: longer than heartbeats are patient
)

func healthyStatus(t *testing.T, o lab.Options) lab.Status {
	t.Helper()
	s, err := lab.ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
	return s
}

func TestAWholeOpenStackIsHealthyAndFits(t *testing.T) {
	fits(t, labtest.OpenStack(t).Options)
}

// fits reads what all nodes take together; a cloud that is used takes more.
func fits(t *testing.T, o lab.Options) {
	t.Helper()
	s := healthyStatus(t, o)
	nodes := 0
	for _, n := range s.Nodes {
		require.Positive(t, n.Memory, "%s: nothing is measured", n.Name)
		nodes += n.Memory
	}
	require.GreaterOrEqual(t, s.MemoryMiB, nodes*99/100, "they are in it")
	labtest.Tell(t, "memory of the lab %d MiB, of it all nodes %d MiB", s.MemoryMiB, nodes)
	require.Less(t, s.MemoryMiB, memoryLimit)
}

// What a cloud does by itself: health checks, heartbeats, agents' reports.
func TestAnIdleCloudTakesHalfACoreAtMost(t *testing.T) {
	cloud := labtest.OpenStack(t)
	cpu := func() (sum float64) {
		for _, n := range healthyStatus(t, cloud.Options).Nodes {
			require.Positive(t, n.CPUS, "%s: nothing is measured", n.Name)
			sum += n.CPUS
		}
		return sum
	}
	before := cpu()
	began := time.Now()
	<-time.After(idleFor)
	// the second reading is in what is measured: the limit holds with it
	share := (cpu() - before) / time.Since(began).Seconds()
	labtest.Tell(t, "idle, %.2f processors", share)
	require.Less(t, share, idleLimit)
}

func TestTheCloudGoesOnAfterAPause(t *testing.T) {
	cloud := labtest.OpenStack(t)
	began := time.Now()
	require.NoError(t, lab.Pause(t.Context(), cloud.Options))
	paused := time.Since(began)
	<-time.After(pauseFor)
	began = time.Now()
	require.NoError(t, lab.Resume(t.Context(), cloud.Options))
	resumed := time.Since(began)
	labtest.Tell(t, "paused in %s, resumed in %s", paused, resumed)
	require.Less(t, paused, freezeWithin)
	require.Less(t, resumed, freezeWithin)
	require.NoError(t, lab.Up(t.Context(), cloud.Options))
	healthyStatus(t, cloud.Options)
}

func TestTheCloudComesBackAfterAPowerLossOfAllNodes(t *testing.T) {
	cloud := labtest.OpenStack(t)
	s := healthyStatus(t, cloud.Options)
	var group errgroup.Group
	for _, n := range s.Nodes {
		group.Go(func() error { return lab.PowerOff(t.Context(), cloud.Options, n.Name) })
	}
	require.NoError(t, group.Wait())
	require.NoError(t, lab.Up(t.Context(), cloud.Options))
	healthyStatus(t, cloud.Options)
}

func TestResetTakesLessThanThreeMinutes(t *testing.T) {
	cloud := labtest.OpenStack(t)
	began := time.Now()
	require.NoError(t, lab.Reset(t.Context(), cloud.Options))
	took := time.Since(began)
	labtest.Tell(t, "reset in %.0f s", took.Seconds())
	require.Less(t, took, 3*time.Minute)
	healthyStatus(t, cloud.Options)
}

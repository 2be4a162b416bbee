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
	idleLimit = 0.5 // processors, of all nodes together
	idleFor   = time.Minute

	freezeWithin = 5 * time.Second  // a pause, and a resume
	pauseFor     = 90 * time.Second // between them: longer than the longest heartbeat's patience, a minute of RabbitMQ's nodes
	goesOnWithin = 2 * time.Minute  // with all of it well
)

func healthyStatus(t *testing.T, o lab.Options) lab.Status {
	t.Helper()
	s, err := lab.ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Healthy, s.Wrong)
	return s
}

func TestAWholeOpenStackIsHealthyAndFits(t *testing.T) {
	labtest.Fits(t, labtest.OpenStack(t).Options)
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
	require.Eventually(t, func() bool {
		s, err := lab.ReadStatus(t.Context(), cloud.Options)
		return err == nil && s.Healthy
	}, goesOnWithin, time.Second, "without hands")
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

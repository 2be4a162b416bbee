//go:build openstack

package openstack

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// scenarioWithin bounds one scenario, its plan and reports included.
const scenarioWithin = 6 * time.Minute

// wholeWithin is what agents take to report again after their own outage.
const wholeWithin = time.Minute

// What a cloud at rest takes at most, its health being read; see idleLimit for
// what it takes when nobody asks.
const (
	restLimit  = 1.2 // processors
	restFor    = 5 * time.Second
	restWithin = 4 * time.Minute
)

// atRest waits until what was done to the cloud before is over: a baseline says
// nothing of a cloud whose daemons find one another again.
func atRest(t *testing.T, o lab.Options) {
	t.Helper()
	used := func() (sum float64) {
		for _, n := range healthyStatus(t, o).Nodes {
			sum += n.CPUS
		}
		return sum
	}
	for began := time.Now(); ; {
		before, at := used(), time.Now()
		<-time.After(restFor)
		share := (used() - before) / time.Since(at).Seconds()
		if share < restLimit {
			return
		}
		require.Less(t, time.Since(began), restWithin, "it does not come to rest: %.1f processors", share)
	}
}

// Every scenario of the library is run on a whole OpenStack by the command that
// its user types: every fault is proven healed, and the cloud is healthy afterwards.
// All pass: their objectives are kept.
func TestTheLibraryOnIt(t *testing.T) {
	cloud := labtest.OpenStack(t)
	eris := filepath.Join(t.TempDir(), "eris")
	said, err := exec.Command("go", "build", "-o", eris, "../../../cmd/eris").CombinedOutput()
	require.NoError(t, err, "%s", said)
	library, err := scenarios.Library()
	require.NoError(t, err)
	for _, entry := range library {
		t.Run(entry.Name, func(t *testing.T) {
			atRest(t, cloud.Options)
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), scenarioWithin)
			defer cancel()
			run := exec.CommandContext(ctx, eris, "run", entry.Name, "-i", "lab:"+cloud.Options.Name, "--plain", "--out", t.TempDir())
			said, err := run.CombinedOutput()
			t.Logf("%s", said)
			labtest.Tell(t, "exit code %d after %.0f s", run.ProcessState.ExitCode(), time.Since(began).Seconds())
			var s lab.Status
			require.Eventually(t, func() bool { // asked first: the next one wants a whole cloud
				var err error
				s, err = lab.ReadStatus(t.Context(), cloud.Options)
				return err == nil && s.Healthy
			}, wholeWithin, 2*time.Second, "nothing of it is left, without hands: %+v", &s.Wrong)
			require.NoError(t, err)
		})
	}
	labtest.Fits(t, cloud.Options)
}

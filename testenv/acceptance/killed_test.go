package acceptance

import (
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/kpi"
)

// lease is short, so that the tests need not wait for long, and long enough to
// arm within half of it on a machine that has other things to do.
const lease = 10 * time.Second

// TestKillDuringHoldOnAServedCloud is the promise that all others rest on: no
// fault outlives its eris by more than the lease.
func TestKillDuringHoldOnAServedCloud(t *testing.T) {
	t.Parallel()
	cloud := start(t, "simcloud", "serve", "--dir", t.TempDir())
	cloud.says(t, "OS_CLIENT_CONFIG_FILE=")
	file := strings.SplitAfter(cloud.stderr(), "OS_CLIENT_CONFIG_FILE=")[1]
	killDuringHold(t, strings.Replace(strings.Fields(file)[0], "clouds.yaml", "inventory.yaml", 1), scenario(t, held), lease)
	cloud.signal(t, syscall.SIGTERM)
	require.Zero(t, cloud.exit(t), "%s", cloud.stderr())
	cloud.leavesNothing(t)
}

// killDuringHold kills an eris that holds a fault, and nobody comes to help.
func killDuringHold(t *testing.T, inventory, scenario string, lease time.Duration) {
	t.Helper()
	nodes := reach(t, inventory)
	before := nodes.fingerprint(t, "keystone")
	run := start(t, "run", scenario, "-i", inventory, "--plain", "--yes", "--lease", lease.String())
	run.says(t, "fault lose-keystone held")
	require.NotEqual(t, before, nodes.fingerprint(t, "keystone"), "the fault is there")

	late := faulttest.Lateness(t)
	killed := time.Now()
	run.signal(t, syscall.SIGKILL)
	require.Equal(t, -1, run.exit(t))
	run.leavesNothing(t)
	events := journal(t, run.record(t))
	var told []faults.Aftermath
	eventually(t, patience, "the nodes heal by themselves", func() bool {
		told = faults.Afterwards(t.Context(), events, nodes, nil)
		return allUndone(told)
	})
	require.Len(t, told, 2)
	bound := lease + 2*time.Second + late()
	for _, target := range told {
		began := events[0].Started.At.Add(*target.Begun).Sub(killed)
		equal := events[0].Started.At.Add(*target.Proven).Sub(killed)
		t.Logf("%s: undo began %v after the kill (lease %v), all was as before %v after it (±%v), by %s",
			target.Target, began.Round(time.Millisecond), lease, equal.Round(time.Millisecond), target.Bound, target.By)
		require.Equal(t, "lease", target.By)
		require.Less(t, began, bound)
		require.Greater(t, began, time.Duration(0))
	}
	nodes.asBefore(t, "keystone", before)
	nothingLeft(t, inventory, lease)
	cutOff(t, run)
}

func allUndone(told []faults.Aftermath) bool {
	for _, target := range told {
		if target.State != record.Undone {
			return false
		}
	}
	return len(told) > 0
}

// nothingLeft asks the doctor until no run has the nodes any more.
func nothingLeft(t *testing.T, inventory string, lease time.Duration) {
	t.Helper()
	var last atomic.Value
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("the doctor said last: ", last.Load())
		}
	})
	eventually(t, lease+patience, "the nodes are free", func() bool {
		doctor := eris(t, "doctor", "-i", inventory)
		said := doctor.stdout.String()
		// three nodes, and the machine with their switches
		last.Store(said + doctor.stderr())
		return doctor.exit(t) == 0 && strings.Count(said, ": clean\n") == 4 && !strings.Contains(said, "in use")
	})
}

// cutOff asserts what the report says of a run that was killed.
func cutOff(t *testing.T, run *program) {
	t.Helper()
	report := eris(t, "report", run.record(t))
	require.NotZero(t, report.exit(t))
	told := result(t, run.record(t))
	t.Logf("eris report: exit %d: %s: %s", report.exit(t), told.Verdict, told.Summary)
	require.Equal(t, kpi.Unknown, told.Verdict)
	require.Contains(t, told.Summary, "the run ended without its last event")
	require.Contains(t, told.Summary, "Not known to be undone: lose-keystone")
	require.False(t, missing(run.record(t)+"/report.html"))
}

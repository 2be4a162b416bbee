package acceptance

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestInterruptDuringHoldUndoesVerifiesAndReports(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 8})
	nodes := reach(t, cloud.Inventory())
	before := nodes.fingerprint(t, "keystone")
	run := start(t, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain", "--lease", lease.String())
	run.says(t, "fault lose-keystone held")
	run.signal(t, syscall.SIGINT)
	require.Equal(t, 5, run.exit(t), "%s", run.stderr())
	run.leavesNothing(t)

	told := result(t, run.record(t))
	require.Equal(t, 5, told.Exit)
	require.Equal(t, "undone", told.Faults[0].State)
	require.True(t, told.Faults[0].UndoVerified)
	require.Equal(t, "engine", told.Faults[0].UndoneBy)
	require.False(t, missing(run.record(t)+"/report.html"))
	require.Contains(t, run.stderr(), run.record(t)[len(run.dir)+1:]+"/report.html")
	events := journal(t, run.record(t))
	require.NotNil(t, events[len(events)-1].Ended, "the record is whole")
	nodes.asBefore(t, "keystone", before)
	nothingLeft(t, cloud.Inventory(), lease)
}

// TestSecondInterruptReturnsAtOnce cuts the way to the nodes first, so that
// the undo that the first one asks for cannot be carried there: what the
// second one leaves behind is the dead-man's.
func TestSecondInterruptReturnsAtOnce(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 9})
	nodes := reach(t, cloud.Inventory())
	before := nodes.fingerprint(t, "keystone")
	run := start(t, "run", scenario(t, held), "-i", cloud.Inventory(), "--plain", "--lease", lease.String())
	run.says(t, "fault lose-keystone held")
	for _, name := range cloud.Nodes() {
		require.NoError(t, cloud.CutSSH(name, true))
	}
	run.signal(t, syscall.SIGINT)
	run.says(t, "fault lose-keystone undoing")
	asked := time.Now()
	run.signal(t, syscall.SIGINT)
	require.Equal(t, 5, run.exit(t), "%s", run.stderr())
	t.Logf("the second Ctrl-C returned in %v", time.Since(asked).Round(time.Millisecond))
	require.Less(t, time.Since(asked), 10*time.Second, "the undo that cannot get through is tried for minutes")
	run.leavesNothing(t)

	for _, name := range cloud.Nodes() {
		require.NoError(t, cloud.CutSSH(name, false))
	}
	events := journal(t, run.record(t))
	var told []faults.Aftermath
	eventually(t, patience, "the dead-man finishes", func() bool {
		told = faults.Afterwards(t.Context(), events, nodes, nil)
		return allUndone(told)
	})
	require.Equal(t, []string{"lease", "lease"}, []string{told[0].By, told[1].By})
	nodes.asBefore(t, "keystone", before)
	nothingLeft(t, cloud.Inventory(), lease)
}

// TestFrozenForLongerThanTheLease stops the program itself, as a suspended
// laptop would. When it goes on it finds that it came too late: the nodes have
// undone, and it touches them no more. The hold must not have ended meanwhile: it
// is much longer than the nodes need to heal.
func TestFrozenForLongerThanTheLease(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 6})
	nodes := reach(t, cloud.Inventory())
	before := nodes.fingerprint(t, "keystone")
	run := start(t, "run", scenario(t, held, "chaos: 60s", "chaos: 50s", "hold: 60s", "hold: 50s"), "-i", cloud.Inventory(), "--plain", "--lease", lease.String())
	run.says(t, "fault lose-keystone held")
	events := journal(t, run.record(t))
	run.signal(t, syscall.SIGSTOP)
	var told []faults.Aftermath
	eventually(t, patience, "the nodes heal by themselves", func() bool {
		told = faults.Afterwards(t.Context(), events, nodes, nil)
		return allUndone(told)
	})
	struck := []string{told[0].Target.Node, told[1].Target.Node}
	logged := keystoneEvents(cloud, struck)
	run.signal(t, syscall.SIGCONT)
	require.Equal(t, 4, run.exit(t), "%s", run.stderr())
	require.Equal(t, logged, keystoneEvents(cloud, struck), "nothing more was done to keystone")
	nodes.asBefore(t, "keystone", before)

	fenced := map[string]bool{}
	for _, e := range journal(t, run.record(t)) {
		if e.Target != nil && e.Target.State == record.Fenced {
			fenced[e.Target.Target.Node] = true
			require.Equal(t, "lease", e.Target.By)
		}
	}
	require.Contains(t, run.stderr(), "fenced")
	require.NotEmpty(t, fenced, "%s", run.stderr())
	fault := result(t, run.record(t)).Faults[0]
	t.Logf("%s, undone by %s: %s", fault.State, fault.UndoneBy, fault.Reason)
	require.Equal(t, "lease", fault.UndoneBy)
	require.True(t, fault.UndoVerified)
	nothingLeft(t, cloud.Inventory(), lease)
}

// keystoneEvents counts what has happened to keystone on the nodes.
func keystoneEvents(cloud *simcloud.Cloud, nodes []string) int {
	n := 0
	for _, name := range nodes {
		for _, e := range cloud.Node(name).Log() {
			if e.Unit == "keystone.service" {
				n++
			}
		}
	}
	return n
}

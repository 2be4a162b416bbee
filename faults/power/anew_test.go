package power_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
)

func TestACycleTakesAsLongAsASupplyNoticesAndNoLongerThanACycle(t *testing.T) {
	t.Parallel()
	for off, wrong := range map[time.Duration]bool{0: true, 999 * time.Millisecond: true, time.Second: false, 5 * time.Minute: false, 301 * time.Second: true} {
		require.Equal(t, wrong, (&power.Cycle{OffFor: off}).Validate() != nil, off)
	}
	require.EqualError(t, (&power.Cycle{}).Validate(), "off_for: 0s is not between 1s and 5m0s")
}

func TestOnlyWhatStaysOffNeedsTheOverride(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"no-autonomous-heal"}, (&power.Cycle{}).SafetyNets(target(inventory.Real)))
	_, netted := any(&power.Reset{}).(interface{ SafetyNets(faults.Target) []string })
	require.False(t, netted, "it comes back whether or not this machine lives")
}

// back is when its worker has seen the node come back, after it went.
func back(t *testing.T, i *faults.Injection, run *faulttest.Run) time.Duration {
	t.Helper()
	require.Eventually(t, func() bool { return !i.Kept(t.Context()) }, 2*time.Minute, 200*time.Millisecond, "it is back")
	return *run.Journal.Target(t, record.Undoing).NodeAt - *run.Journal.Target(t, record.Held).NodeAt
}

func TestACycleIsOffForAsLongAsItIsToldTo(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.LongRun("run-off-for", "ann@desk")
	i := run.Struck(t, &power.Cycle{OffFor: 10 * time.Second})
	require.True(t, bed.Changed(t, bed), "its power is away")
	took := back(t, i, run)
	require.Greater(t, took, 10*time.Second)
	require.Less(t, took, 30*time.Second)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}

// A cycle is no longer than its hold, nor than its lease where nobody renews it.
func TestACycleThatIsLeftOrEndedIsOffForLess(t *testing.T) {
	t.Parallel()
	left, _, _ := simBed(t)
	began := time.Now()
	run := left.NewRun("run-left", "ann@desk")
	one := run.Struck(t, &power.Cycle{OffFor: 5 * time.Minute})
	faulttest.Eventually(t, run.Lease+10*time.Second, "its lease gives the power back", func() bool { return !left.Changed(t, left) })
	require.NoError(t, one.Undo(t.Context(), "engine", ""))
	require.Equal(t, "lease", one.Targets()[0].By)

	ended, _, _ := simBed(t)
	two := ended.LongRun("run-ended", "ann@desk").Struck(t, &power.Cycle{OffFor: 5 * time.Minute})
	require.NoError(t, two.Undo(t.Context(), "engine", ""))
	require.Equal(t, "engine", two.Targets()[0].By)
	require.Less(t, time.Since(began), 2*time.Minute)
}

// A node is only seen to go and to come back where its sshd answers this machine.
func TestANodeThatIsReachedOnlyByWayOfOthersIsRefused(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	far := *bed.Node
	far.Address = netip.MustParseAddrPort("127.0.0.1:1")
	order := faults.Order{ID: "7f3c0a1e-x-1-1", Run: "run-far", Node: &far, Lease: time.Second, TTL: time.Minute}
	for _, action := range []string{"cycle", "reset"} {
		order.Action = action
		require.Equal(t, []string{"its sshd gives no answer to this machine at 127.0.0.1:1 within 250ms, and nobody would see it go and come back"}, keeper.Check(t.Context(), order))
	}
	order.Action = "off"
	require.Empty(t, keeper.Check(t.Context(), order))
}

func TestWhatABootWouldNotBringBackIsRefused(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	bed.Shell(t, "systemctl disable memcached.service")
	bed.Cloud.Services = append(bed.Cloud.Services, &inventory.Service{
		Name: "agent", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "agent"},
		Health: &inventory.Probe{Command: "true", Timeout: time.Second}, Nodes: []string{bed.Node.Name},
	})
	for _, kind := range power.Kinds() {
		var failed *faults.PreflightError
		require.ErrorAs(t, bed.NewRun("run-refused", "ann@desk").Injection(t, kind.New()).Preflight(t.Context()), &failed, kind.Name)
		require.ErrorContains(t, failed, "memcached.service runs and is disabled: a boot would not bring it back")
		require.ErrorContains(t, failed, "agent is a process of no unit: nobody would start it after a boot")
	}
}

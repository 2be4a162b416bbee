package fabric_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is the machine with the switches of a simulated cloud of its own.
func simBed(t *testing.T, options simcloud.Options) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return familytest.SimulatedAs(t, options, func(file string) faulttest.Bed {
		bed := bedOf(t, file)
		bed.Changed, bed.Disturb = unheard, familytest.ForeignAddress("sw-3")
		return bed
	})
}

// unheard has a node ask one behind the simulated switch.
func unheard(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	other := bed
	other.Node = bed.Cloud.NodeByName("ctl-2")
	return faulttest.Always(3, 500*time.Millisecond, func() bool {
		return other.Shell(t, "timeout 1.5 nc -z %s 11211 >/dev/null 2>&1; echo $?", bed.Cloud.NodeByName("ctl-3").Listen) == "124"
	})
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(options simcloud.Options) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := simBed(t, options)
		f(t, bed)
	}
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim(simcloud.Options{Seed: 1}), "fabric", newFault)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "fabric"), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t, simcloud.Options{Seed: 1})
		return bed, cloud.Inventory()
	})
}

// What is behind the switch is lost to everybody, Eris' own way included, and comes
// back with it.
func TestARackIsLostWithItsSwitchAndComesBack(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t, simcloud.Options{Seed: 1})
	ssh := func() bool {
		return bed.Runner.Run(t.Context(), "ctl-3", remote.Command{Script: "true", Timeout: 10 * time.Second}).OK()
	}
	require.True(t, ssh())
	fault, _ := newFault("network.switch")
	run := bed.LongRun("run-rack", "ann@desk")
	i := run.Struck(t, fault)
	require.Contains(t, i.Targets()[0].Effect, "sw-3 is off: 3 interfaces down, 1 of 1 nodes behind it no longer answer this machine")
	faulttest.Eventually(t, faulttest.LongLease/2, "SSH is cut with the rest", func() bool { return !ssh() })
	require.NotEqual(t, "ctl-3", cloud.Holder())
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	faulttest.Eventually(t, time.Minute, "and comes back", ssh)
	require.False(t, unheard(t, bed))
	bed.Clean(t)
}

// What somebody else has taken down, or plugged in and left down, is his: it neither
// comes up with the undo, nor keeps the fault from its end.
func TestAPortOfAStrangerStaysAsHeWantsIt(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, simcloud.Options{Seed: 1})
	fault, _ := newFault("network.switch")
	i := bed.LongRun("run-port", "ann@desk").Armed(t, fault)
	bed.Shell(t, "ip -n racks link set dev port-3 down")
	require.NoError(t, i.Fire(t.Context(), faulttest.Admit))
	require.Contains(t, i.Targets()[0].Effect, "sw-3 is off: 2 interfaces down")
	bed.Shell(t, "ip -n racks link add foreign master sw-3 type veth peer name foreign-end")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	for _, port := range []string{"port-3", "foreign"} {
		require.NotContains(t, bed.Shell(t, "ip -n racks -o link show dev %s", port), ",UP", port)
	}
	bed.Shell(t, "ip -n racks link del foreign; ip -n racks link set dev port-3 up")
	bed.Clean(t)
}

func TestAnAddressThatWouldNotComeBackIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, simcloud.Options{Seed: 1})
	fault, _ := newFault("network.switch")
	bed.Shell(t, "ip -n racks address add fe80::1/64 dev sw-3")
	require.Contains(t, bed.Refusal(t, fault), "sw-3 has an address of its own (fe80::1/64)")
}

// Where no node is lost the switch was not off, whatever its interfaces say.
func TestASwitchBehindWhichNothingIsLostIsNotSeenOff(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, simcloud.Options{Seed: 1})
	fault, _ := newFault("network.switch")
	i := bed.LongRun("run-lost", "ann@desk").Armed(t, fault)
	bed.Shell(t, ": >/run/eris/%s/switch.doors", i.Targets()[0].Target.ID) // nobody answered before
	require.Error(t, i.Fire(t.Context(), faulttest.Admit))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, and the cloud.
func simBed(t *testing.T, service string) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file, service) })
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(service string) faulttest.On {
	return func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := simBed(t, service)
		f(t, bed)
	}
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		onSim(serviceOf(t.Name()))(t, f)
	}, "network", newFault)
}

func TestAnUnplugThatRejectsOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Kind(t, refusing(onSim("memcached")), rejecting)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim("memcached"), func() faults.Fault { return network.NewUnplug() })
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "network"), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t, serviceOf(kind))
		return bed, cloud.Inventory()
	})
}

func TestForeignTablesStayAsTheyAreOnASimulatedNode(t *testing.T) {
	t.Parallel()
	for _, kind := range tabled(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, serviceOf(kind))
			foreignTablesStay(t, bed, kind)
		})
	}
}

func TestAForeignQueueStaysAsItIsOnASimulatedNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	foreignRootStays(t, bed, "network.rate")
}

func TestSleepersOnASimulatedNodeWithoutSystemd(t *testing.T) {
	t.Parallel()
	faulttest.Sleepers(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, _ := familytest.SimulatedAs(t, simcloud.Options{Seed: 1, Systemless: true}, func(file string) faulttest.Bed { return bedOf(t, file, "memcached") })
		f(t, bed)
	}, func() faults.Fault { return network.NewUnplug() })
}

func TestANodeWhoseLoginsEndWhatTheyStartedIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := familytest.SimulatedAs(t, simcloud.Options{Seed: 1, Systemless: true}, func(file string) faulttest.Bed { return bedOf(t, file, "memcached") })
	bed.Shell(t, "mkdir -p /etc/elogind/logind.conf.d; echo '#KillUserProcesses=no' >/etc/elogind/logind.conf")
	require.Contains(t, bed.Refusal(t, network.NewUnplug()), "elogind ends what a login has started", "as it was built, perhaps")
	bed.Shell(t, "echo KillUserProcesses=no >>/etc/elogind/logind.conf")
	require.Empty(t, bed.Refusal(t, network.NewUnplug()))
	bed.Shell(t, "echo KillUserProcesses=yes >/etc/elogind/logind.conf.d/site.conf")
	require.Contains(t, bed.Refusal(t, network.NewUnplug()), "elogind ends what a login has started")
}

func TestANodeThatBringsRulesBackAtBootIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := familytest.SimulatedAs(t, simcloud.Options{Seed: 1, Systemless: true}, func(file string) faulttest.Bed { return bedOf(t, file, "memcached") })
	bed.Shell(t, `mkdir -p /etc/conf.d; echo 'SAVE_ON_STOP="yes"' >/etc/conf.d/nftables`)
	require.Contains(t, bed.Refusal(t, network.NewUnplug()), "OpenRC's nftables would bring the fault's table back at boot")
	bed.Shell(t, `echo 'SAVE_ON_STOP="no"' >/etc/conf.d/nftables`)
	require.Empty(t, bed.Refusal(t, network.NewUnplug()))
}

package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/testenv/enginetest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, and the cloud.
func simBed(t *testing.T, service string) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	return faulttest.OnSimulated(t, bedOf(t, cloud.Inventory(), service), cloud), cloud
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
	for _, kind := range faulttest.Kinds(t, "network") {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, cloud := simBed(t, serviceOf(kind))
			fault, ok := newFault(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, enginetest.Start, cloud.Inventory(), kind, fault)
		})
	}
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

package cinder_test

import (
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of the test's own.
func simBed(t *testing.T) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file) })
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t)
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "cinder", newFault)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim, func() faults.Fault {
		fault, _ := newFault("cinder.iscsi_logout")
		return fault
	})
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "cinder"), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t)
		return bed, cloud.Inventory()
	})
}

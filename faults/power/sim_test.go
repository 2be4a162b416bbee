package power_test

import (
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, behind a real IPMI.
func simBed(t *testing.T) (faulttest.Bed, *outside.Keeper, *simcloud.Cloud) {
	t.Helper()
	var keeper *outside.Keeper
	bed, cloud := familytest.Simulated(t, func(file string) faulttest.Bed {
		var bed faulttest.Bed
		bed, keeper = bedOf(t, file, "ctl-2")
		return bed
	})
	return bed, keeper, cloud
}

// onSim runs each test on a cloud of its own, many at once.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _, _ := simBed(t)
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "power", faulttest.New)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "power"), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, _, cloud := simBed(t)
		return bed, cloud.Inventory()
	})
}

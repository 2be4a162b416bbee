package disk_test

import (
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own.
func simBed(t *testing.T, kind string) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	return familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file, kind) })
}

// onSim runs each test on a cloud of its own, many at once. The name of a test
// has that of its kind in it.
func onSim(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := simBed(t, t.Name())
	f(t, bed)
}

func TestEveryKindOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, onSim, "disk", newFault)
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	t.Run("disk.fill", func(t *testing.T) {
		faulttest.Deadman(t, onSim, func() faults.Fault { return disk.NewFill() })
	})
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "disk"), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t, kind)
		return bed, cloud.Inventory()
	})
}

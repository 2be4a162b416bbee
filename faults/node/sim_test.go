package node_test

import (
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own.
func simBed(t *testing.T) (faulttest.Bed, *simcloud.Cloud) {
	t.Helper()
	bed, cloud := familytest.Simulated(t, func(file string) faulttest.Bed { return bedOf(t, file) })
	bed.Takes = 10 * time.Second // half a second, where nobody else has something to do there
	return bed, cloud
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
	faulttest.Family(t, onSim, "node", faulttest.New)
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "node"), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t)
		return bed, cloud.Inventory()
	})
}

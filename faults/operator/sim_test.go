package operator_test

import (
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// simBed is a node of a simulated cloud of its own, or a service on it.
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
	for _, service := range []string{"", "memcached"} {
		t.Run("on "+service, func(t *testing.T) {
			t.Parallel()
			faulttest.Family(t, onSim(service), "operator", faultOf)
		})
	}
}

func TestDeadmanOnASimulatedNode(t *testing.T) {
	t.Parallel()
	faulttest.Deadman(t, onSim(""), func() faults.Fault {
		fault, _ := faultOf("script.run")
		return fault
	})
}

func TestEngineKilledOnASimulatedNode(t *testing.T) {
	t.Parallel()
	familytest.EngineKilled(t, faulttest.Kinds(t, "operator"), faultOf, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		bed, cloud := simBed(t, "memcached")
		return bed, cloud.Inventory()
	})
}

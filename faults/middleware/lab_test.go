//go:build lab

package middleware_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// onLab runs tests one after the other.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	f(t, bed)
}

// messages tells whether the shared lab has a message queue.
func messages(t *testing.T) bool {
	t.Helper()
	cloud, err := inventory.Load(labtest.Shared(t).Inventory)
	require.NoError(t, err)
	return cloud.ServiceByName("rabbitmq") != nil
}

// has tells whether the shared lab has what a kind strikes.
func has(t *testing.T, kind string) bool {
	t.Helper()
	return !strings.HasPrefix(kind, "rabbitmq.") || messages(t)
}

// A lab without a message queue refuses what strikes one: full_test.go has it.
func TestEveryKindOnARealNode(t *testing.T) {
	if messages(t) {
		faulttest.Family(t, onLab, "middleware", newFault)
		return
	}
	for _, kind := range faulttest.Kinds(t, "middleware") {
		t.Run(kind, func(t *testing.T) {
			fault := func() faults.Fault {
				fault, ok := newFault(kind)
				require.True(t, ok)
				return fault
			}
			if has(t, kind) {
				faulttest.Kind(t, onLab, fault)
				return
			}
			bed, _ := labBed(t, kind)
			require.Contains(t, refused(t, bed, fault()), "rabbitmqctl is not installed")
			bed.Clean(t)
		})
	}
}

func TestEngineKilledOnARealNode(t *testing.T) {
	kinds := slices.DeleteFunc(faulttest.Kinds(t, "middleware"), func(kind string) bool { return !has(t, kind) })
	familytest.EngineKilled(t, faulttest.Sample(t, kinds), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, kind)
	})
}

func TestWhatIsNotDrainedOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "haproxy.drain")
	notDrained(t, bed)
}

func TestADrainGivesBackWhatWasOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "haproxy.drain")
	givesBack(t, bed)
}

func TestWhatIsNotDesyncedOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "galera.desync")
	notDesynced(t, bed)
}

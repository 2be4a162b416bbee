//go:build lab

package middleware_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.Main(m))
}

// labBed is what a kind strikes in the shared lab. The name of a test has that
// of its kind in it.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Shared(t)
	bed := bedOf(t, shared.Inventory, kind)
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, bed.Node.Name); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, bed.Node.Name)
	}
	faulttest.Eventually(t, time.Minute, "the target is healthy again after another test's reboot", func() bool { return !bed.Changed(t, bed) })
	return bed, shared.Inventory
}

// onLab runs tests one after the other.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "middleware", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "middleware")), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
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

//go:build lab

package service_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(familytest.ServiceFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// onLab runs tests at once, each on a service of a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

// labBed is a service of a real node that the test has to itself. The name of a
// test has that of its kind in it.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, "ctl-3")
	bed := bedOf(t, berth.Inventory, "nginx")
	bed.Rootless, bed.Reboot = faulttest.Rootless(t, berth.Inventory, ""), berth.Reboot
	return bed, berth.Inventory
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "service", familytest.ServiceFault)
}

func TestDeadmanOnARealNode(t *testing.T) {
	faulttest.Deadman(t, onLab, func() faults.Fault { return service.NewKill() })
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "service")), familytest.ServiceFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

func TestWhatSystemdHealsIsTheCloudsOwnOnARealNode(t *testing.T) {
	onLab(t, healedByItself)
}

func TestWhatIsKeptDownIsNotHealedOnARealNode(t *testing.T) { onLab(t, keptDown) }

func TestAHaltHoldsUntilHealOnARealNode(t *testing.T) { onLab(t, halts) }

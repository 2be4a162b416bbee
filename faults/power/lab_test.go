//go:build lab

package power_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	beforeTests()
	os.Exit(labtest.Main(m))
}

// onLab runs tests one after the other on a node of the shared lab.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := bedOf(t, labtest.Shared(t).Inventory, "ctl-3")
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "power", faulttest.New)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "power")), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		file := labtest.Shared(t).Inventory
		bed, _ := bedOf(t, file, "ctl-3")
		return bed, file
	})
}

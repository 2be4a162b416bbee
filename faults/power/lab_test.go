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
	familytest.BeforeTests()
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	bed, _ := bedOf(t, labtest.Take(t, "ctl-3").Inventory, "ctl-3")
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "power", faulttest.New)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "power")), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		file := labtest.Take(t, "ctl-3").Inventory
		bed, _ := bedOf(t, file, "ctl-3")
		return bed, file
	})
}

//go:build lab

package clock_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	f(t, bedOf(t, labtest.Take(t, struck).Inventory))
}

// lacks says why no kind is for the nodes of a lab: they are containers, whose
// clock is this machine's.
func lacks(t *testing.T, _ string) string {
	t.Helper()
	return "its clock is that of its host"
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "clock", faulttest.New, lacks)
}

// An engine is killed where a node can have its clock moved; elsewhere it never
// comes to that.
func TestEngineKilledOnARealNode(t *testing.T) {
	able := faulttest.Able(t, onLab, faulttest.Sample(t, faulttest.Kinds(t, "clock")), faulttest.New, lacks)
	familytest.EngineKilled(t, able, faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		t.Parallel()
		berth := labtest.Take(t, struck)
		return bedOf(t, berth.Inventory), berth.Inventory
	})
}

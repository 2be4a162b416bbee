//go:build lab

package cinder_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// lacks is what the lab's nodes have not: they have this machine's kernel, which has
// no iSCSI, and no open-iscsi. A guest has both (guest_test.go).
func lacks(*testing.T, string) string { return "iscsiadm is not installed" }

func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, "ctl-3")
	return bedOf(t, berth.Inventory), berth.Inventory
}

func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "cinder", newFault, lacks)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	able := faulttest.Able(t, onLab, faulttest.Sample(t, faulttest.Kinds(t, "cinder")), newFault, lacks)
	familytest.EngineKilled(t, able, newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

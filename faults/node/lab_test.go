//go:build lab

package node_test

import (
	"os"
	"slices"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	familytest.BeforeTests()
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// labBed is a node of the shared lab, which the test has to itself.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, "ctl-3")
	bed := bedOf(t, berth.Inventory)
	bed.Reboot = berth.Reboot
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

// lacks says why no node of a lab can be struck by a kind that strikes its
// kernel: they are containers, whose kernel is this machine's.
func lacks(t *testing.T, kind string) string {
	t.Helper()
	if kind == "node.crash" || kind == "node.reset" {
		return "this node is a container (systemd-nspawn): its kernel is that of the machine below"
	}
	return ""
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "node", faulttest.New, lacks)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	able := slices.DeleteFunc(faulttest.Kinds(t, "node"), func(kind string) bool { return lacks(t, kind) != "" })
	familytest.EngineKilled(t, able, faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

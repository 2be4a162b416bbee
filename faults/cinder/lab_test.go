//go:build lab

package cinder_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// The lab's nodes have this machine's kernel, which has no iSCSI, and no open-iscsi:
// a guest has both (guest_test.go).
func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		f(t, bedOf(t, labtest.Take(t, "ctl-3").Inventory))
	}, "cinder", newFault, func(*testing.T, string) string { return "iscsiadm is not installed" })
}

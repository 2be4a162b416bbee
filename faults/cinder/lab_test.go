//go:build lab

package cinder_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// lacking is what the lab's nodes have not: they have this machine's kernel, which
// has no iSCSI, and no open-iscsi. A guest has both (guest_test.go).
const lacking = "iscsiadm is not installed"

func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	t.Parallel()
	f(t, bedOf(t, labtest.Take(t, "ctl-3").Inventory))
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "cinder", newFault, func(*testing.T, string) string { return lacking })
}

// An engine never comes to hold what a node refuses.
func TestEngineKilledOnARealNode(t *testing.T) {
	for _, kind := range faulttest.Sample(t, faulttest.Kinds(t, "cinder")) {
		t.Run(kind, func(t *testing.T) {
			fault, ok := newFault(kind)
			require.True(t, ok)
			onLab(t, func(t *testing.T, bed faulttest.Bed) { t.Helper(); faulttest.Refused(t, bed, fault, lacking) })
		})
	}
}

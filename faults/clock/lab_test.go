//go:build lab

package clock_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(labtest.Main(m))
}

func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	f(t, bedOf(t, labtest.Shared(t).Inventory))
}

// lacks says why no kind is for the nodes of a lab: they are containers, whose
// clock is this machine's.
func lacks(t *testing.T, _ string) string {
	t.Helper()
	bed := bedOf(t, labtest.Shared(t).Inventory)
	require.Equal(t, "systemd-nspawn", bed.Shell(t, "systemd-detect-virt --container"))
	return "its clock is that of its host"
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "clock", faulttest.New, lacks)
}

// An engine is killed where a node can have its clock moved; elsewhere it never
// comes to that.
func TestEngineKilledOnARealNode(t *testing.T) {
	file := labtest.Shared(t).Inventory
	able := slices.DeleteFunc(faulttest.Sample(t, faulttest.Kinds(t, "clock")), func(kind string) bool {
		reason := lacks(t, kind)
		if reason != "" {
			fault, ok := faulttest.New(kind)
			require.True(t, ok)
			faulttest.Refused(t, bedOf(t, file), fault, reason)
		}
		return reason != ""
	})
	familytest.EngineKilled(t, able, faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return bedOf(t, file), file
	})
}

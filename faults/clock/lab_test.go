//go:build lab

package clock_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.Main(m)) }

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

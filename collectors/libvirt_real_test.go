//go:build libvirt

package collectors_test

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/libvirttest"
)

// The states of the domains of a real libvirtd are read over its read-only connection, as
// they change, and that it is gone is told.
func TestARealLibvirtTellsTheStatesOfItsDomains(t *testing.T) {
	uri, stop := libvirttest.Serve(t)
	c := &collectors.Libvirt{URI: uri}
	require.NoError(t, c.Validate())
	services := []*inventory.Service{{Name: "libvirtd", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "libvirtd"}}}
	says := func(running, paused, shutoff string) {
		t.Helper()
		require.Equal(t, []string{
			"libvirt.up 1", "libvirt.domains{state=running} " + running, "libvirt.domains{state=paused} " + paused,
			"libvirt.domains{state=shutoff} " + shutoff, "libvirt.domains{state=crashed} 0", "libvirt.domains{state=other} 0",
		}, frames(t, c, services, here))
	}
	virsh := func(args ...string) {
		t.Helper()
		said, err := exec.CommandContext(t.Context(), "virsh", append([]string{"-q", "-c", uri}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", said)
	}
	says("1", "0", "0")
	virsh("suspend", "--domain", "test")
	says("0", "1", "0")
	virsh("destroy", "--domain", "test")
	says("0", "0", "1")
	virsh("undefine", "--domain", "test")
	says("0", "0", "0")
	stop()
	require.Equal(t, []string{"libvirt.up 0"}, frames(t, c, services, here))
}

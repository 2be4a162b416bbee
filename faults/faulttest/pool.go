package faulttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
)

// Pool reaches a cloud's nodes until the test ends.
func Pool(t testing.TB, cloud *inventory.Cloud) *remote.Pool {
	t.Helper()
	pool, err := remote.NewPool(cloud, remote.Options{Local: local.Machine{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return pool
}

// Rootless reaches the nodes of the cloud in an inventory as a user who cannot
// become root, "" for the inventory's own, until the test ends.
func Rootless(t testing.TB, file, user string) *remote.Pool {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	for _, node := range cloud.All() {
		node.SSH.Sudo = false
		if user != "" {
			node.SSH.User = user
		}
	}
	return Pool(t, cloud)
}

// SimulatedCloud is a cloud of a test's own.
type SimulatedCloud interface {
	Inventory() string // path of its inventory
	Reboot(node string) error
	CutSSH(node string, cut bool) error
}

// OnSimulated adds to a bed on a simulated cloud who cannot become root there
// and what reboots the node, and waits until all of the node's services are up
// and at rest.
func OnSimulated(t *testing.T, bed Bed, cloud SimulatedCloud) Bed {
	t.Helper()
	bed.Reboot = func(context.Context) error { return cloud.Reboot(bed.Node.Name) }
	bed.Cut = func(cut bool) error { return cloud.CutSSH(bed.Node.Name, cut) }
	bed.Rootless = Rootless(t, cloud.Inventory(), "eris")
	for _, s := range bed.Cloud.ServicesOn(bed.Node.Name) {
		probe := inventory.ProbeScript(bed.Node, s)
		Eventually(t, 20*time.Second, s.Name+" is up", func() bool {
			return bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: probe, Root: true}).OK()
		})
	}
	// A service can answer a moment before systemd takes it for started.
	Eventually(t, 20*time.Second, "the node is at rest", func() bool {
		return bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: script.Units(), Args: bed.Target().Units(), Root: true}).OK()
	})
	return bed
}

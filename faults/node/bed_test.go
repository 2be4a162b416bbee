package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// beforeTests makes this program a worker or an engine where it is told to.
func beforeTests() {
	familytest.Worker()
	faulttest.Engine(faulttest.New, familytest.KeeperIn)
}

// bedOf is a whole node of the cloud in an inventory.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	keeper := familytest.PowerKeeper(t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-3"),
		Keeper: keeper, KeeperDir: keeper.Dir, Changed: unhealthy, Trace: boot,
	}
}

// unhealthy asks systemd for the services that the inventory has on the node.
func unhealthy(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	for _, unit := range bed.Target().Units() {
		if bed.Shell(t, "systemctl is-active %s", unit) != "active" {
			return true
		}
	}
	return false
}

// boot is the kernel's id of this boot.
func boot(t testing.TB, bed faulttest.Bed) string {
	t.Helper()
	return bed.Shell(t, "cat /proc/sys/kernel/random/boot_id")
}

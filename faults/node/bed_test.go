package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// bedOf is a whole node of the cloud in an inventory.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	keeper := familytest.PowerKeeper(t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-3"),
		Keeper: keeper, KeeperDir: keeper.Dir, Changed: unhealthy, Trace: familytest.Boot,
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

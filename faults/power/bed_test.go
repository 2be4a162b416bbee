package power_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	driver "github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// bedOf is a node of the cloud in an inventory, with a keeper of its own.
func bedOf(t *testing.T, file, node string) (faulttest.Bed, *outside.Keeper) {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	keeper := familytest.PowerKeeper(t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(node),
		Keeper: keeper, KeeperDir: keeper.Dir, Changed: withoutPower, Trace: familytest.Boot,
		Takes: 10 * time.Second, // half a second, where nobody else has something to do there
	}, keeper
}

// withoutPower asks the node's management controller.
func withoutPower(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	d, err := driver.Open(bed.Node.Power, nil)
	require.NoError(t, err)
	state, err := d.Status(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, driver.Unknown, state)
	return state == driver.Off
}

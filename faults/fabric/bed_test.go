package fabric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/fabric"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// bedOf is who holds the switch of the cloud in an inventory.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	held := cloud.SwitchByName(struck)
	require.NotNil(t, held)
	return faulttest.Bed{Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(held.On)}
}

// newFault is a fault of a kind, of the beds' switch.
func newFault(kind string) (faults.Fault, bool) {
	return &fabric.Switch{Switch: struck}, kind == "network.switch"
}

package nova_test

import (
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/services"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// bedOf is the nova-compute of a node of the cloud in an inventory, with a keeper of
// its own.
func bedOf(t *testing.T, file, node string) (faulttest.Bed, *outside.Keeper) {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	keeper := familytest.KeeperOf(nova.Family{}, t.TempDir())
	return faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(node), Service: cloud.ServiceByName("nova-compute"),
		Keeper: keeper, KeeperDir: keeper.Dir, Changed: struck,
		Trace: func(t testing.TB, bed faulttest.Bed) string { t.Helper(); return strings.Join(said(t, bed), "\n") },
	}, keeper
}

// client is an administrator's own way to the cloud's Nova.
func client(t testing.TB, bed faulttest.Bed) *gophercloud.ServiceClient {
	t.Helper()
	provider, endpoint := familytest.LogIn(t, bed.Cloud)
	c, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	c.Microversion = "2.53"
	return c
}

// service is what Nova says of the bed's nova-compute.
func service(t testing.TB, bed faulttest.Bed) services.Service {
	t.Helper()
	page, err := services.List(client(t, bed), services.ListOpts{Binary: "nova-compute", Host: bed.Node.Name}).AllPages(t.Context())
	require.NoError(t, err)
	all, err := services.ExtractServices(page)
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

// said is all that faults of this family change of it.
func said(t testing.TB, bed faulttest.Bed) []string {
	t.Helper()
	s := service(t, bed)
	return []string{s.Status, s.DisabledReason, s.State, map[bool]string{true: "forced down"}[s.ForcedDown]}
}

// struck tells that it is other than one that gets servers.
func struck(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return strings.Join(said(t, bed), ",") != "enabled,,up,"
}

// body is a change of a service.
type body map[string]any

func (b body) ToServiceUpdateMap() (map[string]any, error) { return b, nil }

// tell is somebody else who changes the bed's nova-compute.
func tell(t testing.TB, bed faulttest.Bed, what body) {
	t.Helper()
	require.NoError(t, services.Update(t.Context(), client(t, bed), service(t, bed).ID, what).Err)
}

package simcloud_test

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/config"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, opt simcloud.Options) *simcloud.Cloud {
	t.Helper()
	cloud, err := simcloud.Start(context.Background(), opt)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	return cloud
}

// login is a gophercloud client of the cloud, from its clouds.yaml.
func login(t *testing.T, cloud *simcloud.Cloud) (*gophercloud.ProviderClient, gophercloud.EndpointOpts) {
	t.Helper()
	auth, endpoint, tls, err := clouds.Parse(clouds.WithLocations(cloud.Clouds()), clouds.WithCloudName("simulated"))
	require.NoError(t, err)
	provider, err := config.NewProviderClient(context.Background(), auth, config.WithTLSConfig(tls))
	require.NoError(t, err)
	transport := &http.Transport{}
	provider.HTTPClient = http.Client{Transport: transport}
	t.Cleanup(transport.CloseIdleConnections)
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	return provider, endpoint
}

func TestTheInventoryIsOneThatErisReads(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	require.Equal(t, inventory.Simulated, read.Kind)
	require.True(t, read.Chaos)
	require.Len(t, read.Nodes, 3)
	require.Len(t, read.Services, 17)
	require.Len(t, read.Groups, 17)
}

func TestGophercloudBootsAndDeletesAServer(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	provider, endpoint := login(t, cloud)
	ctx := context.Background()
	compute, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	glance, err := openstack.NewImageV2(provider, endpoint)
	require.NoError(t, err)
	neutron, err := openstack.NewNetworkV2(provider, endpoint)
	require.NoError(t, err)

	pages, err := images.List(glance, images.ListOpts{Name: "probe"}).AllPages(ctx)
	require.NoError(t, err)
	found, err := images.ExtractImages(pages)
	require.NoError(t, err)
	require.Len(t, found, 1)
	netPages, err := networks.List(neutron, networks.ListOpts{Name: "private"}).AllPages(ctx)
	require.NoError(t, err)
	nets, err := networks.ExtractNetworks(netPages)
	require.NoError(t, err)
	require.Len(t, nets, 1)
	flavorPages, err := flavors.ListDetail(compute, nil).AllPages(ctx)
	require.NoError(t, err)
	sizes, err := flavors.ExtractFlavors(flavorPages)
	require.NoError(t, err)
	require.Len(t, sizes, 2)

	vm, err := servers.Create(ctx, compute, servers.CreateOpts{
		Name: "probe-1", FlavorRef: sizes[0].ID, ImageRef: found[0].ID, Networks: []servers.Network{{UUID: nets[0].ID}},
	}, nil).Extract()
	require.NoError(t, err)
	bounded, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	require.NoError(t, servers.WaitForStatus(bounded, compute, vm.ID, "ACTIVE"))
	got, err := servers.Get(ctx, compute, vm.ID).Extract()
	require.NoError(t, err)
	require.Contains(t, got.Addresses, "private")

	require.NoError(t, servers.Delete(ctx, compute, vm.ID).ExtractErr())
	require.Eventually(t, func() bool {
		_, err := servers.Get(ctx, compute, vm.ID).Extract()
		return gophercloud.ResponseCodeIs(err, http.StatusNotFound)
	}, 10*time.Second, 50*time.Millisecond)
}

func TestCloseRemovesWhatWasMade(t *testing.T) {
	dir := t.TempDir()
	cloud, err := simcloud.Start(context.Background(), simcloud.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, cloud.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(data)
}

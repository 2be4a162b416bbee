package familytest

import (
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/config"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

// LogIn is a test's own way to the APIs of an inventory's cloud, as its administrator.
func LogIn(t testing.TB, cloud *inventory.Cloud) (*gophercloud.ProviderClient, gophercloud.EndpointOpts) {
	t.Helper()
	auth, endpoint, tls, err := clouds.Parse(clouds.WithLocations(cloud.OpenStack.File), clouds.WithCloudName(cloud.OpenStack.Cloud))
	require.NoError(t, err)
	provider, err := config.NewProviderClient(t.Context(), auth, config.WithTLSConfig(tls))
	require.NoError(t, err)
	return provider, endpoint
}

// BootServer asks for a server and waits until it is ACTIVE or in ERROR.
func BootServer(t testing.TB, cloud *inventory.Cloud, name string) *servers.Server {
	t.Helper()
	provider, endpoint := LogIn(t, cloud)
	nova, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	nova.Microversion = "2.53"
	page, err := flavors.ListDetail(nova, nil).AllPages(t.Context())
	require.NoError(t, err)
	sizes, err := flavors.ExtractFlavors(page)
	require.NoError(t, err)
	glance, err := openstack.NewImageV2(provider, endpoint)
	require.NoError(t, err)
	page, err = images.List(glance, nil).AllPages(t.Context())
	require.NoError(t, err)
	found, err := images.ExtractImages(page)
	require.NoError(t, err)
	s, err := servers.Create(t.Context(), nova, servers.CreateOpts{Name: name, FlavorRef: sizes[0].ID, ImageRef: found[0].ID, Networks: "none"}, nil).Extract()
	require.NoError(t, err)
	id := s.ID
	require.Eventually(t, func() bool {
		s, err = servers.Get(t.Context(), nova, id).Extract()
		return err == nil && (s.Status == "ACTIVE" || s.Status == "ERROR")
	}, 2*time.Minute, 100*time.Millisecond, "it is built, or not")
	return s
}

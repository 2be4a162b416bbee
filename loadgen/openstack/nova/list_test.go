package nova_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListServersReadsTheList(t *testing.T) {
	openstacktest.List(t, nova.NewListServers(), "/compute/v2.1/servers/detail?limit=100", "servers")
	openstacktest.List(t, &nova.ListServers{AllProjects: true}, "/compute/v2.1/servers?all_tenants=1", "servers")
}

func TestListFlavorsReadsTheList(t *testing.T) {
	openstacktest.List(t, nova.NewListFlavors(), "/compute/v2.1/flavors/detail", "flavors")
	openstacktest.List(t, &nova.ListFlavors{Page: openstack.Page{Limit: 5}}, "/compute/v2.1/flavors?limit=5", "flavors")
}

func TestEveryWorkloadNeedsNovaInTheCatalogue(t *testing.T) {
	cloud := openstacktest.New(t)
	cloud.Broken(201, `{"token": {"catalog": [], "user": {"id": "u1"}, "expires_at": "2099-01-01T00:00:00.000000Z"}}`)
	for _, w := range []loadgen.Workload{nova.NewListServers(), nova.NewListFlavors(), nova.NewBootAndDeleteServer()} {
		_, err := w.Open(t.Context(), cloud.Env)
		require.ErrorContains(t, err, "find compute endpoint")
	}
}

func TestANegativeLimitIsRefused(t *testing.T) {
	require.ErrorContains(t, (&nova.ListServers{Page: openstack.Page{Limit: -1}}).Validate(), "limit: must not be negative")
}

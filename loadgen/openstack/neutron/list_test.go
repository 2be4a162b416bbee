package neutron_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListNetworksReadsTheList(t *testing.T) {
	openstacktest.List(t, &neutron.ListNetworks{}, "/network/v2.0/networks", "networks")
	openstacktest.List(t, &neutron.ListNetworks{Page: openstack.Page{Limit: 7}}, "/network/v2.0/networks?limit=7", "networks")
}

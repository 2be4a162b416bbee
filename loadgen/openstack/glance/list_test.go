package glance_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/glance"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListImagesReadsTheList(t *testing.T) {
	openstacktest.List(t, &glance.ListImages{}, "/image/v2/images", "images")
	openstacktest.List(t, &glance.ListImages{Page: openstack.Page{Limit: 7}}, "/image/v2/images?limit=7", "images")
}

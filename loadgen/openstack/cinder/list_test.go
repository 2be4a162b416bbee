package cinder_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/cinder"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestListVolumesReadsTheList(t *testing.T) {
	openstacktest.List(t, cinder.NewListVolumes(), "/volumev3/v3/p1/volumes/detail?limit=100", "volumes")
	openstacktest.List(t, &cinder.ListVolumes{Page: openstack.Page{Limit: 7}}, "/volumev3/v3/p1/volumes?limit=7", "volumes")
}

//go:build !lab && !openstack

package neutron_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(familytest.Main(m))
}

//go:build !openstack

package volume_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/volume"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestMain(m *testing.M) {
	familytest.BeforeTestsWith(volume.Family{}, newFault)
	os.Exit(familytest.Main(m))
}

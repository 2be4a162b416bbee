//go:build openstack

package volume_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/volume"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	familytest.BeforeTestsWith(volume.Family{}, newFault)
	os.Exit(labtest.MainOpenStack(m))
}

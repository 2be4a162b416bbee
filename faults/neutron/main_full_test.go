//go:build openstack && !lab

package neutron_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(labtest.MainOpenStack(m))
}

//go:build !lab

package fabric_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// struck is a switch of the simulated cloud.
const struck = "sw-3"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(familytest.Main(m))
}

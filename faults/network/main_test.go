//go:build !lab

package network_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// carries names the interface of a simulated node.
const carries = "127.1.0.13"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(familytest.Main(m))
}

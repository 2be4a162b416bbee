//go:build !lab

package link_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// peer is the service to which the beds' client goes.
const peer = "keystone"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(familytest.Main(m))
}

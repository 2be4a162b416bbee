//go:build lab

package link_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// peer is the service to which the beds' client goes.
const peer = "nginx"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

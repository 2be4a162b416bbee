//go:build !lab

package node_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faulttest.New, nil)
	os.Exit(m.Run())
}

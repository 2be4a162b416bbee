//go:build !lab

package service_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faultOf)
	os.Exit(m.Run())
}

//go:build !lab

package cinder_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(familytest.Main(m))
}

//go:build !lab

package operator_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faultOf, nil)
	os.Exit(familytest.Main(m))
}

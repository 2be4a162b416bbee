//go:build !lab

package power_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestMain(m *testing.M) {
	familytest.BeforeTests()
	os.Exit(familytest.Main(m))
}

//go:build openstack

package nova_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	familytest.BeforeTestsOf(nova.Family{})
	os.Exit(labtest.MainOpenStack(m))
}

//go:build lab

package middleware_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.Main(m))
}

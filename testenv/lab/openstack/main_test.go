//go:build openstack

package openstack

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.MainOpenStack(m)) }

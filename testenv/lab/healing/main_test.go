//go:build healing

package healing

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// options name the lab of these tests.
func options() lab.Options { return labtest.HealingOptions() }

// TestMain brings the lab up and moves the test program into its network.
func TestMain(m *testing.M) { os.Exit(labtest.MainHealing(m)) }

//go:build lab

package acceptance

import (
	"testing"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// TestKillDuringHoldOnRealNodes is the same on machines with a real systemd,
// where real keystones are killed.
func TestKillDuringHoldOnRealNodes(t *testing.T) {
	killDuringHold(t, labtest.Shared(t).Inventory)
}

//go:build lab

package acceptance

import (
	"testing"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// TestKillDuringHoldOnRealNodes is the same on machines with a real systemd,
// where real keystones are killed. The load is one that three nodes on a small
// machine bear, the lease the usual one.
func TestKillDuringHoldOnRealNodes(t *testing.T) {
	killDuringHold(t, labtest.Shared(t).Inventory, scenario(t, held, "20/s", "4/s"), faults.DefaultLease)
}

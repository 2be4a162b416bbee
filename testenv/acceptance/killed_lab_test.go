//go:build lab

package acceptance

import (
	"testing"
	"time"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// TestKillDuringHoldOnRealNodes is the same on machines with a real systemd,
// where real keystones are killed. The load and the lease are such that three
// nodes on a small machine bear them.
func TestKillDuringHoldOnRealNodes(t *testing.T) {
	killDuringHold(t, labtest.Shared(t).Inventory, scenario(t, held, "20/s", "4/s"), 8*time.Second)
}

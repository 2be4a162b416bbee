//go:build lab

package acceptance

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// TestKillDuringHoldOnRealNodes is the same on machines with a real systemd,
// where real keystones are killed. The load is one that three nodes on a small
// machine bear, the lease the usual one.
func TestKillDuringHoldOnRealNodes(t *testing.T) {
	killDuringHold(t, labtest.Shared(t).Inventory, scenario(t, held, "20/s", "4/s"), faults.DefaultLease)
}

// TestKillWhileTheHolderOfTheVIPIsWithoutPower takes the power of the node that
// serves everybody, over IPMI as in a data centre.
func TestKillWhileTheHolderOfTheVIPIsWithoutPower(t *testing.T) {
	file := labtest.Shared(t).Inventory
	holder := ""
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		if strings.Contains(onNode(t, file, node, "ip -o addr"), "198.18.0.10/") {
			holder = node
		}
	}
	require.NotEmpty(t, holder)
	killWithoutPower(t, file, scenario(t, dark, "{node: ctl-1}", "{node: "+holder+"}"), holder, faults.DefaultLease)
}

func onNode(t *testing.T, file, node, script string) string {
	t.Helper()
	result := reach(t, file).Run(t.Context(), node, remote.Command{Script: script, Root: true})
	require.True(t, result.OK(), "%+v", result)
	return string(result.Stdout)
}

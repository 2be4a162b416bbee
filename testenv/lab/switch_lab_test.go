//go:build lab

package lab

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

// testSwitch loses the switch of the node with the VIP: the node is cut off
// from all others, these go on, and all is well again without hands once the
// switch is back.
func testSwitch(t *testing.T, o Options) {
	t.Helper()
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	lost := s.Holders[0]
	_, profile, node, err := open(o, lost)
	require.NoError(t, err)
	require.NotEmpty(t, node.Switch)
	other := profile.Nodes[0]
	if other.Name == lost {
		other = profile.Nodes[1]
	}
	reach := func(from, to NodeSpec) string {
		return on(t, o, from.Name, "ping -q -c 1 -W 1 "+to.Address.String()+" >/dev/null 2>&1 && echo answers || echo silent")
	}
	require.Equal(t, "answers", reach(other, node))

	require.NoError(t, SwitchOff(t.Context(), o, node.Switch))
	isOn, err := SwitchIsOn(t.Context(), o, node.Switch)
	require.NoError(t, err)
	require.False(t, isOn)
	require.Equal(t, "silent", reach(other, node))
	require.Equal(t, "silent", reach(node, other))
	eventually(t, o, "the VIP on a node that is connected", func(s Status) bool {
		return s.Token.Issued && !s.Healthy && len(s.Holders) > 0 && s.Holders[0] != lost
	})

	// a node that boots behind a dead switch stays cut off; its BMC is on a network of its own
	bmc := bmcOf(t, o, lost)
	require.NoError(t, bmc.Do(t.Context(), power.Cycle))
	powered(t, bmc, power.Off)
	powered(t, bmc, power.On)
	require.Equal(t, "silent", reach(other, node))

	require.NoError(t, SwitchOn(t.Context(), o, node.Switch))
	eventually(t, o, "health", func(s Status) bool { return s.Healthy })
	require.Equal(t, "answers", reach(other, node))
}

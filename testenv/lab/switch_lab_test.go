//go:build lab

package lab

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

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
		return on(t, o, from.Name, "ping -q -c 1 -W 3 "+to.Address.String()+" >/dev/null 2>&1 && echo answers || echo silent")
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

// TestANetworkThatIsHalfMadeIsCompleted: whoever made it was killed between any
// two steps.
func TestANetworkThatIsHalfMadeIsCompleted(t *testing.T) {
	o, err := Options{Name: "halfmade", StateDir: t.TempDir()}.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, removeNetwork(context.WithoutCancel(t.Context()), p)) })
	require.NoError(t, makeNamespace(t.Context(), p))
	require.NoError(t, unix.Unmount(p.netnsFile(), unix.MNT_DETACH)) // there is its file, and no namespace
	require.NoError(t, makeNamespace(t.Context(), p))
	in, wires := inside{p.netns}, profile.wires("sw-1")
	require.NoError(t, in.ip(t.Context(), "link", "add", "br-mgmt", "type", "bridge")) // neither up nor with an address
	require.NoError(t, in.makeBridge(t.Context(), wires[0].bridge))                    // without its wire
	require.NoError(t, in.makeBridge(t.Context(), wires[1].bridge))
	require.NoError(t, in.ip(t.Context(), "link", "add", wires[1].up, "master", wires[1].bridge, "type", "veth", "peer", "name", wires[1].down)) // in no core
	for range 2 {
		require.NoError(t, makeNetwork(t.Context(), o, profile))
		addresses, err := run(t.Context(), "ip", "-n", p.netns, "-4", "-o", "addr", "show", "dev", "br-mgmt")
		require.NoError(t, err)
		require.Contains(t, addresses, "198.18.0.1/25")
		for _, w := range wires {
			core, err := in.names(t.Context(), "link", "show", "up", "master", w.core)
			require.NoError(t, err)
			require.Contains(t, core, w.down)
			isOn, err := in.switchIsOn(t.Context(), wires)
			require.NoError(t, err)
			require.True(t, isOn)
		}
	}
	// a switch of which a port is off is not on, and is switched on
	require.NoError(t, in.ip(t.Context(), "link", "set", wires[1].up, "down"))
	isOn, err := in.switchIsOn(t.Context(), wires)
	require.NoError(t, err)
	require.False(t, isOn)
	require.NoError(t, makeNetwork(t.Context(), o, profile))
	isOn, err = in.switchIsOn(t.Context(), wires)
	require.NoError(t, err)
	require.True(t, isOn)
}

package fabric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/fabric"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

const racks = `version: eris/v1
cloud: {name: c, chaos: allowed}
nodes:
  a-1: {address: 192.0.2.1, switch: sw-1}
  a-2: {address: '192.0.2.2:2222', switch: sw-1}
  a-3: {address: 192.0.2.3, switch: sw-2}
  a-4: {address: 192.0.2.4, listen: 198.51.100.4, switch: sw-3}
  a-5: {address: 192.0.2.5, switch: sw-4}
machines: {desk: {local: true}, core: {address: 192.0.2.9}}
switches:
  sw-1: {on: desk, netns: racks, devices: [sw-1-mgmt, sw-1-data]}
  sw-2: {on: core, devices: [swp1]}
  sw-3: {on: a-1, devices: [br0]}
  sw-4: {on: a-5, devices: [br0]}
services: {web: {unit: web.service, port: 8080, on: {nodes: [a-1, a-4]}}}
`

func cloudOf(t *testing.T) *inventory.Cloud {
	t.Helper()
	cloud, err := inventory.Read("c.yaml", []byte(racks))
	require.NoError(t, err)
	return cloud
}

func target(t *testing.T, node string) faults.Target {
	t.Helper()
	cloud := cloudOf(t)
	return faults.Target{Node: cloud.NodeByName(node), Cloud: cloud, ID: "7f3c0a1e-x-1-1"}
}

func TestTheStepsAreData(t *testing.T) {
	t.Parallel()
	one, err := (&fabric.Switch{Switch: "sw-1"}).Scripts(target(t, "desk"))
	require.NoError(t, err)
	faulttest.Subset(t, "network.switch", one)
	require.True(t, one.Volatile)
	require.Equal(t, []string{"7f3c0a1e-x-1-1", "sw-1", "racks", "sw-1-mgmt sw-1-data", "192.0.2.1:22 192.0.2.2:2222", "local"}, one.Args)
	require.Equal(t, []string{"switch:sw-1"}, one.Resources)

	other, err := (&fabric.Switch{Switch: "sw-2"}).Scripts(target(t, "core"))
	require.NoError(t, err)
	require.Equal(t, []string{"7f3c0a1e-x-1-1", "sw-2", "", "swp1", "192.0.2.3:22", "ssh"}, other.Args)
	one.Args, other.Args, one.Resources, other.Resources = nil, nil, nil, nil
	require.Equal(t, one, other)

	listens, err := (&fabric.Switch{Switch: "sw-3"}).Scripts(target(t, "a-1"))
	require.NoError(t, err)
	require.Equal(t, "198.51.100.4:8080", listens.Args[4], "where its services are, since sshd is elsewhere")
}

func TestWhatIsNoSwitchOfTheTargetIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, node, says string }{
		{"sw-1", "core", "sw-1 is held by desk: target it with {node: desk}"},
		{"sw-9", "desk", `the inventory does not say who holds "sw-9" (switches)`},
		{"sw-4", "a-5", "a-5 is behind sw-4 itself: Eris would cut its own way to it"},
	} {
		_, err := (&fabric.Switch{Switch: c.name}).Scripts(target(t, c.node))
		require.ErrorContains(t, err, c.says)
	}
	at := target(t, "desk")
	at.Service = at.Cloud.ServiceByName("web")
	_, err := (&fabric.Switch{Switch: "sw-1"}).Scripts(at)
	require.ErrorContains(t, err, "this fault strikes whole nodes")
}

func TestASwitchCostsAllThatIsBehindIt(t *testing.T) {
	t.Parallel()
	costs, err := (&fabric.Switch{Switch: "sw-1"}).Costs(cloudOf(t))
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "a-1"}, {Node: "a-2"}}, costs)
	require.True(t, (&fabric.Switch{Switch: "sw-1"}).Severs(), "they run on")
	_, err = (&fabric.Switch{Switch: "sw-9"}).Costs(cloudOf(t))
	require.ErrorContains(t, err, "sw-9")
}

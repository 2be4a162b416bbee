package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

const beside = `version: eris/v1
cloud: {name: c}
nodes:
  a-1: {address: 192.0.2.1, roles: [r], rack: rack-1, switch: sw-1}
  a-2: {address: 192.0.2.2, roles: [r], rack: rack-2}
machines:
  desk: {local: true}
  core: {address: 192.0.2.9, ssh: {user: admin}}
switches:
  sw-1: {on: desk, netns: racks, devices: [sw-1-mgmt, sw-1-data]}
services:
  web: {unit: web.service, on: {role: r}}
`

func TestAMachineBesideTheCloudIsChosenByItsNameAlone(t *testing.T) {
	t.Parallel()
	cloud, err := inventory.Read("c.yaml", []byte(beside))
	require.NoError(t, err)
	require.Len(t, cloud.Nodes, 2, "it is no node")
	desk := cloud.NodeByName("desk")
	require.True(t, desk.Local && desk.Beside)
	require.Empty(t, desk.Listen)
	require.Equal(t, "192.0.2.9:22", cloud.NodeByName("core").Address.String())
	require.Equal(t, &inventory.Switch{Name: "sw-1", On: "desk", Netns: "racks", Devices: []string{"sw-1-mgmt", "sw-1-data"}}, cloud.SwitchByName("sw-1"))
	require.Nil(t, cloud.SwitchByName("sw-2"))

	for _, s := range []inventory.Selector{{Role: "r"}, {Rack: "rack-1"}, {Switch: "sw-1"}, {Service: "web"}, {Group: "web"}} {
		refs, err := cloud.Select(s)
		require.NoError(t, err)
		for _, ref := range refs {
			require.False(t, cloud.NodeByName(ref.Node).Beside, "{%s} picks %s", s, ref)
		}
	}
	refs, err := cloud.Select(inventory.Selector{Node: "desk"})
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{{Node: "desk"}}, refs)
	_, err = cloud.Select(inventory.Selector{Node: "desk", Role: "r"})
	require.ErrorContains(t, err, "nothing in the cloud fits")
}

func TestMachinesAndSwitchesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	_, err := inventory.Read("c.yaml", []byte(`version: eris/v1
cloud: {name: c}
nodes: {a-1: {address: 192.0.2.1, switch: sw-1}}
machines:
  a-1: {local: true}
  both: {local: true, address: 192.0.2.7}
  none: {}
  again: {address: 192.0.2.1}
switches:
  sw-1: {on: desc, devices: [lo, a-name-that-is-too-long], netns: ../proc}
  sw-9: {on: a-1, devices: [br0]}
`))
	for _, says := range []string{
		"a-1 is a node already", "both: say either where it is", "none: say either where it is", "again has the address of a-1",
		`unknown node "desc"`, `"lo" is no name of a bridge or port`, `"a-name-that-is-too-long"`, `"../proc" is no name of a network namespace`,
		`no node is behind a switch "sw-9"`,
	} {
		require.ErrorContains(t, err, says)
	}
}

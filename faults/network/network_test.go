package network_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller], rack: rack-1}
  ctl-2: {address: 198.18.0.12, listen: 'fd00::12', roles: [controller], rack: rack-2}
  ctl-3: {address: 198.18.0.13, roles: [controller], rack: rack-3}
  cmp-1: {address: 198.18.0.21, roles: [compute]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000, health: {http: /healthcheck}}
  haproxy: {unit: haproxy.service, on: {role: controller}, port: 5000, health: {command: 'true'}}
  memcached: {unit: memcached.service, on: {nodes: [ctl-2, ctl-3]}, port: 11211, health: {tcp: true}}
  nova-compute: {unit: nova-compute.service, on: {role: compute}}
  bastion: {container: bastion, on: {node: cmp-1}, port: 22}
`

func cloud(t *testing.T) *inventory.Cloud {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return c
}

// target is a service on a node of the small cloud, or the whole node.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c := cloud(t)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "network", aimed, func(kind string) (one, elsewhere faults.Target) {
		return target(t, "ctl-2", serviceOf(kind)), target(t, "ctl-3", serviceOf(kind))
	})
}

func TestTheArgumentsNameWhatIsStruck(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "network") {
		fault, _ := aimed(kind)
		one, err := fault.Scripts(target(t, "ctl-2", serviceOf(kind)))
		require.NoError(t, err)
		elsewhere, err := fault.Scripts(target(t, "ctl-3", serviceOf(kind)))
		require.NoError(t, err)
		require.NotEqual(t, one.Args, elsewhere.Args, kind)
	}
}

// aimed is a fault with its defaults, and where it has to be told at whom, at ctl-1.
func aimed(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	if flood, is := fault.(*network.Flood); is {
		flood.To = inventory.Selector{Node: "ctl-1"}
	}
	return fault, ok
}

func address(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

func percent(ratio float64) document.Percent { return document.Percent(ratio) }

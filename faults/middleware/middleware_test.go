package middleware_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  haproxy: {unit: haproxy.service, on: {role: controller}, port: 5000, health: {tcp: true}}
  boxed: {container: haproxy, on: {role: controller}, port: 5001, health: {tcp: true}}
`

// target is a node of the small cloud, or a service on it.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "middleware", newFault, func(string) (one, elsewhere faults.Target) {
		return target(t, "ctl-1", "haproxy"), target(t, "ctl-3", "haproxy")
	})
}

func TestWhatIsNoUnitIsRefused(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "middleware") {
		fault, _ := newFault(kind)
		_, err := fault.Scripts(target(t, "ctl-1", ""))
		require.ErrorContains(t, err, "is a whole node, and this fault strikes a service")
		_, err = fault.Scripts(target(t, "ctl-1", "boxed"))
		require.ErrorContains(t, err, "only systemd units")
	}
}

// refused is what preflight says of a fault on a bed, "" for nothing.
func refused(t *testing.T, bed faulttest.Bed, fault faults.Fault) string {
	t.Helper()
	return bed.Refusal(t, fault)
}

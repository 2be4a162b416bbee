package neutron_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/neutron"
	"github.com/openstack-eris/eris/inventory"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  neutron-l3-agent: {unit: neutron-l3-agent.service, on: {role: controller}}
  boxed: {container: neutron_l3_agent, on: {role: controller}}
  keystone: {unit: keystone.service, on: {role: controller}}
`

const router = "3f7c2b52-6d0e-4a58-9d5c-0b1f6c2a7e11"

// target is a node of the small cloud, or a service on it.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func down(router string) *neutron.HAInterfaceDown {
	return &neutron.HAInterfaceDown{Router: neutron.Router{Router: router}}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	faulttest.Pure(t, "neutron", faulttest.New, func(string) (one, elsewhere faults.Target) {
		return target(t, "ctl-1", "neutron-l3-agent"), target(t, "ctl-3", "neutron-l3-agent")
	})
}

func TestWhatAnHAInterfaceIsOf(t *testing.T) {
	for _, c := range []struct{ service, router, want string }{
		{"neutron-l3-agent", "", "-"},
		{"neutron-l3-agent", router, router},
		{"boxed", "", "-"},
	} {
		s, err := down(c.router).Scripts(target(t, "ctl-1", c.service))
		require.NoError(t, err)
		require.Equal(t, []string{"7f3c0a1e-strike-1-1", c.want}, s.Args)
		require.Equal(t, []string{"neutron:router"}, s.Resources)
		require.Contains(t, s.Tools, "ip")
	}
	for _, c := range []struct{ service, router, want string }{
		{"", "", "is a whole node, and this fault strikes a service: the L3 agent's"},
		{"keystone", "", `keystone runs as "keystone.service", which is no L3 agent`},
		{"neutron-l3-agent", "r1", `router: "r1" is not the id of a router`},
		{"neutron-l3-agent", router + "; reboot", "is not the id of a router"},
		{"neutron-l3-agent", "-", "is not the id of a router"},
	} {
		_, err := down(c.router).Scripts(target(t, "ctl-1", c.service))
		require.ErrorContains(t, err, c.want)
	}
}

// Nobody but its agents knows on which nodes a router is.
func TestAFaultOfARouterStrikesOneNode(t *testing.T) {
	for _, fault := range []faults.Fault{down(router), namespace(router)} {
		two := target(t, "ctl-1", "neutron-l3-agent")
		two.Others = []faults.Target{target(t, "ctl-3", "neutron-l3-agent")}
		_, err := fault.Scripts(two)
		require.ErrorContains(t, err, "so that a fault strikes one node")
	}
}

package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// A collector that is told of one service asks for that one: each further
// service costs a node several processes a second.
func TestACollectorAsksForTheServicesThatItsSelectorNames(t *testing.T) {
	cloud, err := inventory.Read("cloud.yaml", []byte(`version: eris/v1
cloud: {name: c, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}}
  memcached: {unit: memcached.service, on: {node: ctl-2}}
`))
	require.NoError(t, err)
	names := func(on inventory.Selector, node string) []string {
		var all []string
		for _, s := range selected(cloud, on)(node) {
			all = append(all, s.Name)
		}
		return all
	}
	require.Equal(t, []string{"keystone"}, names(inventory.Selector{Service: "keystone"}, "ctl-2"))
	require.Empty(t, names(inventory.Selector{Service: "memcached"}, "ctl-1"))
	require.Equal(t, []string{"keystone", "memcached"}, names(inventory.Selector{Role: "controller"}, "ctl-2"))
	require.Equal(t, []string{"keystone"}, names(inventory.Selector{Group: "keystone"}, "ctl-1"))
}

// Asking a node for the health of all that it hosts is a load of its own, which
// the cloud under test must not feel.
func TestWhoHostsManyServicesIsAskedLessOften(t *testing.T) {
	for count, want := range map[int]time.Duration{3: healthEvery, 2*healthAtOnce - 1: healthEvery, 2 * healthAtOnce: 2 * healthEvery, 5*healthAtOnce + 1: 5 * healthEvery} {
		var services, members strings.Builder
		for i := range count {
			fmt.Fprintf(&services, "  s%d: {unit: s%d.service, on: {role: controller}}\n", i, i)
			fmt.Fprintf(&members, "s%d, ", i)
		}
		cloud, err := inventory.Read("cloud.yaml", fmt.Appendf(nil, `version: eris/v1
cloud: {name: c, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
services:
%sgroups:
  all: {services: [%s], rule: n-1}
`, services.String(), strings.TrimSuffix(members.String(), ", ")))
		require.NoError(t, err)
		r := &Run{plan: &scenarios.Plan{Inventory: cloud}, watched: cloud.Groups}
		require.Equal(t, want, r.vitalWatch().Every, "%d services", count)
	}
}

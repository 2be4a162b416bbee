package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
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

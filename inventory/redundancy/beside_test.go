package redundancy_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/redundancy"
)

func TestAMachineBesideTheCloudCostsNothingByItself(t *testing.T) {
	t.Parallel()
	cloud, err := inventory.Read("c.yaml", []byte(`version: eris/v1
cloud: {name: c}
nodes: {a-1: {address: 192.0.2.1}, a-2: {address: 192.0.2.2}, idle: {address: 192.0.2.3}}
machines: {desk: {local: true}, never: {address: 192.0.2.9, chaos: never}}
services: {web: {unit: web.service, on: {nodes: [a-1, a-2]}}}
groups: {web: {services: [web], rule: n-1}}
`))
	require.NoError(t, err)
	desk, one, two := inventory.Ref{Node: "desk"}, inventory.Ref{Node: "a-1"}, inventory.Ref{Node: "a-2"}
	l := redundancy.New(cloud)
	chosen, err := l.Choose(1, []inventory.Ref{desk}, rand.New(rand.NewPCG(1, 1)))
	require.NoError(t, err)
	require.Equal(t, []inventory.Ref{desk}, chosen)
	require.Equal(t, 1, l.Max([]inventory.Ref{desk}))

	require.NoError(t, l.Reserve("switch", []inventory.Ref{desk, one}))
	require.NoError(t, l.Reserve("another switch", []inventory.Ref{desk}), "it is no member that is down already")
	var refused *redundancy.Refusal
	require.ErrorAs(t, l.Check([]inventory.Ref{desk, two}), &refused, "what is booked beside it counts")
	require.Equal(t, "web", refused.Group)
	require.ErrorAs(t, l.Check([]inventory.Ref{{Node: "idle"}}), &refused, "a node in no group is another matter")
	var forbidden *redundancy.Forbidden
	require.ErrorAs(t, l.Check([]inventory.Ref{{Node: "never"}}), &forbidden)
}

package scenarios_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// Who sends to nodes is told which address they have when the scenario is loaded, and a
// node that the inventory does not have is said there.
func TestACollectorIsToldWhereNodesAre(t *testing.T) {
	demo := cloud(3, "")
	source := func(to string) []byte {
		return []byte(watching(`max_where("packets.loss", {probe: "icmp"}) > 50%`, "between: {kind: packets, on: {node: ctl-1}, args: {to: ["+to+"]}}"))
	}
	spec, err := scenarios.Read("demo.yaml", source("ctl-1, ctl-2"), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
	require.NoError(t, err)
	script := spec.Collectors[0].Collector.(collectors.Remote).Script(demo.NodeByName("ctl-1"), nil, spec.Collectors[0].Every)
	require.Contains(t, script, "eris_try 'ctl-2' "+inventory.Quote(demo.NodeByName("ctl-2").Listen))
	require.NotContains(t, script, "eris_try 'ctl-1'", "nobody sends to itself")

	_, err = scenarios.Read("demo.yaml", source("ctl-2, ctl-9"), scenarios.Options{Catalogue: withCollectors(), Cloud: demo})
	require.ErrorContains(t, err, "demo.yaml:5:")
	require.ErrorContains(t, err, "packets: to: the inventory has no node ctl-9")
}

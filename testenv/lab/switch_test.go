package lab

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
)

func TestANodeIsPluggedIntoItsSwitchOrTheCore(t *testing.T) {
	profile := &Profile{
		Networks: []Network{{Name: "management", Bridge: "br-mgmt"}, {Name: "provider", Bridge: "br-prov"}},
		Nodes:    []NodeSpec{{Name: "a", Switch: "sw-2"}, {Name: "b"}, {Name: "c", Switch: "sw-1"}, {Name: "d", Switch: "sw-2"}},
	}
	require.Equal(t, []string{"sw-2", "sw-1"}, profile.switches())
	require.Equal(t, []string{"sw-2-mgmt", "sw-2-prov"}, profile.bridges(profile.Nodes[0]))
	require.Equal(t, []string{"br-mgmt", "br-prov"}, profile.bridges(profile.Nodes[1]))
	require.Equal(t, []wire{
		{bridge: "sw-1-mgmt", core: "br-mgmt", up: "sw-1-mgmt-up", down: "sw-1-mgmt-dn"},
		{bridge: "sw-1-prov", core: "br-prov", up: "sw-1-prov-up", down: "sw-1-prov-dn"},
	}, profile.wires("sw-1"), "two networks never share a bridge")
	wrong := func() document.Problems {
		doc, problems := document.Parse("profiles/p.yaml", []byte("name: p\n"))
		require.Empty(t, problems)
		in := &reading{report: doc.Reporter(), root: doc.Root}
		profile.checkWires(in)
		return in.report.Problems()
	}
	require.Empty(t, wrong())
	profile.Nodes[1].Switch = "switch-of-rack-1"
	require.Len(t, wrong(), 6, "names that the kernel would refuse")
}

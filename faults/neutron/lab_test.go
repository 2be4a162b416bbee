//go:build lab

package neutron_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// labBed is a node of the shared lab, with the router where that has one, or with a
// program in the agent's place, which makes none.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Shared(t)
	if routes(t) {
		return bedOf(t, shared.Inventory), shared.Inventory
	}
	cloud, err := inventory.Load(shared.Inventory)
	require.NoError(t, err)
	agent := &inventory.Service{Name: "neutron-l3-agent", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "neutron-l3-agent.service"}}
	bed := faulttest.Bed{
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Service: agent, Node: cloud.NodeByName("ctl-3"),
		Changed: func(t testing.TB, bed faulttest.Bed) bool {
			t.Helper()
			return bed.Shell(t, "ls -A /run/netns 2>/dev/null") != ""
		},
	}
	bed.Shell(t, "systemd-run --quiet --collect --unit=neutron-l3-agent sleep 600")
	t.Cleanup(func() {
		// The test's own context has ended by then.
		stopped := bed.Runner.Run(context.Background(), bed.Node.Name, remote.Command{Script: "systemctl stop neutron-l3-agent", Root: true})
		require.True(t, stopped.OK())
	})
	return bed, shared.Inventory
}

// routes tells whether the shared lab has routers.
func routes(t *testing.T) bool {
	t.Helper()
	cloud, err := inventory.Load(labtest.Shared(t).Inventory)
	require.NoError(t, err)
	return cloud.ServiceByName("neutron-l3-agent") != nil
}

// onLab runs tests one after the other.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

// A lab without Neutron refuses what strikes a router: full_test.go has it.
func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "neutron", faulttest.New, func(t *testing.T, _ string) string {
		t.Helper()
		if routes(t) {
			return ""
		}
		return "this node has no router"
	})
}

func TestEngineKilledOnARealNode(t *testing.T) {
	if bed, _ := labBed(t); !routes(t) {
		require.Contains(t, refused(t, bed, ""), "this node has no router") // so that no engine holds one
		return
	}
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "neutron")), faulttest.New, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

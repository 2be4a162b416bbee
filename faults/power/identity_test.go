package power_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
)

// checkout is a cloud with one node that is a server of another cloud, as its
// inventory has it in a folder of its own.
func checkout(t *testing.T, server string) *inventory.Cloud {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(file, []byte("clouds: {below: {auth: {auth_url: 'http://127.0.0.1:1', username: u, password: p}}}\n"), 0o600))
	node := &inventory.Node{
		Name: "ctl-1", Address: netip.MustParseAddrPort("127.0.0.1:1"),
		Power: &inventory.Power{Kind: inventory.Nova, CloudsFile: file, Cloud: "below", Machine: server},
	}
	return &inventory.Cloud{Name: "lab", Nodes: []*inventory.Node{node}}
}

// Where the clouds.yaml lies is not part of which machine it is: from another
// checkout of an inventory the fault is found, and the node is taken.
func TestAServerIsTheSameFromEveryCheckout(t *testing.T) {
	t.Parallel()
	keeper := familytest.PowerKeeper(t.TempDir())
	const server = "7f3c0a1e-28b5-4c5e-9a57-2f6f0c1d9e10"
	mine, theirs, other := checkout(t, server), checkout(t, server), checkout(t, "0b0cfa53-9d5c-4f35-8f0a-5f0f8a3d7c11")
	order := func(id string, cloud *inventory.Cloud) faults.Order {
		return faults.Order{
			ID: id, Run: "run-" + id, Owner: "ann@desk", Cloud: cloud.Name, Node: cloud.Nodes[0],
			Action: "off", Lease: time.Minute, TTL: time.Hour,
		}
	}
	require.NotContains(t, string(keeper.Arm(t.Context(), order("one-x-1-1", mine)).Stdout), "refused")
	require.Contains(t, string(keeper.Arm(t.Context(), order("two-x-1-1", theirs)).Stdout), "refused power of ctl-1 is taken by the fault one-x-1-1")
	left, err := keeper.Doctor(t.Context(), theirs, []string{"ctl-1"})
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "one-x-1-1", left[0].ID)
	undone, _, err := keeper.Heal(t.Context(), other, []string{"ctl-1"}, time.Second)
	require.NoError(t, err)
	require.Empty(t, undone, "it is another machine")
	undone, still, err := keeper.Heal(t.Context(), theirs, []string{"ctl-1"}, 10*time.Second)
	require.NoError(t, err)
	require.Empty(t, still)
	require.Equal(t, []string{"one-x-1-1"}, undone)
}

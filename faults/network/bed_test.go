package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// struck is the node of the beds, and asker the one that looks at it.
const struck, asker = "ctl-3", "ctl-2"

// bedOf is a node of the cloud in an inventory: a service on it, or with an
// empty name the whole node.
func bedOf(t *testing.T, file, service string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Changed: unheard, Disturb: foreignTable,
		Runner: newPool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck),
	}
	if service != "" {
		bed.Service = cloud.ServiceByName(service)
		require.NotNil(t, bed.Service)
	}
	return bed
}

func newPool(t *testing.T, cloud *inventory.Cloud) *remote.Pool {
	t.Helper()
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return pool
}

// unheard asks from a peer: it tries the service, and a whole node's sshd, and
// has no answer, not even a refusal. Nobody renews the lease meanwhile, which
// bounds its patience.
func unheard(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	port := bed.Node.SSH.Port
	if bed.Service != nil {
		port = bed.Service.Port
	}
	other := bed
	other.Node = bed.Cloud.NodeByName(asker)
	said := other.Shell(t, `timeout 1.5 nc -z %s %d >/dev/null 2>&1; echo $?`, bed.Node.Listen, port)
	return said == "124"
}

// foreignTable makes a table that is not ours.
func foreignTable(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, `echo 'table inet foreign {
	chain input { type filter hook input priority 0; policy accept; tcp dport 9 counter drop; }
}' | nft -f -`)
	require.Contains(t, bed.Shell(t, "nft list tables"), "table inet foreign")
	return func() { bed.Shell(t, "nft delete table inet foreign") }
}

// serviceOf is what a kind of the family strikes: a service, or a whole node.
// The name of a test has that of its kind in it.
func serviceOf(kind string) string {
	if strings.Contains(kind, "service.") {
		return "memcached"
	}
	return ""
}

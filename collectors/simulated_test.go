package collectors_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// seen runs a collector on a node of the embedded cloud until a line's readings have all of
// what is wanted, and gives that line; where nothing is, its third one.
func seen(t *testing.T, pool *remote.Pool, cloud *inventory.Cloud, name string, wanted ...string) (line string) {
	t.Helper()
	kind, _ := collectors.Catalogue().Lookup(name)
	c := given(kind.New())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	node, lines, found := cloud.NodeByName("ctl-1"), 0, false
	_ = pool.Stream(ctx, node.Name, remote.Command{Script: c.Script(node, cloud.ServicesOn(node.Name), 100*time.Millisecond), Root: true}, func(printed string) {
		if found {
			return
		}
		_, line, _ = strings.Cut(printed, " ")
		got := strings.Join(parsed(c, line), "\n")
		lines++
		found = len(wanted) > 0 || lines == 3
		for _, w := range wanted {
			found = found && strings.Contains(got, w)
		}
		if found {
			cancel()
		}
	}) // it is ended
	require.True(t, found, "%s: no line with %v; the last one is %q", name, wanted, line)
	return line
}

func TestCollectorsOnTheEmbeddedCloud(t *testing.T) {
	sim, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1, Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })
	cloud, err := inventory.Load(sim.Inventory())
	require.NoError(t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	for name, wanted := range map[string][]string{
		"galera":    {"galera.up 1", "galera.ready 1", "galera.synced 1", "galera.cluster_size 3", "galera.receive_queue 0", "galera.flow_paused 0"},
		"haproxy":   {"haproxy.up 1", "haproxy.backend_up{backend=keystone} 1", "haproxy.servers_up{backend=keystone} 3", "haproxy.servers_down{backend=keystone} 0"},
		"unit":      {"unit.memory{service=keystone} ", "unit.tasks{service=keystone} ", "unit.cpu{service=keystone} ", "unit.memory{service=mariadb} "},
		"memcached": {"memcached.up 1", "memcached.connections ", "memcached.items ", "memcached.evictions 0"},
	} {
		seen(t, pool, cloud, name, wanted...)
	}
	// What nobody simulates is told as what cannot be read, and not as 0.
	for name, why := range map[string]string{
		"keepalived": "failed nobody says which addresses are virtual", "disk": "failed the node has no /proc/diskstats",
		"net": "failed the node has no /proc/net/dev", "pressure": "none", "processes": "none", "logs": "failed none of the files is there", "rabbitmq": "failed ",
		"ovn": "none", "ceph": "none", "libvirt": "none", "packets": "failed ping or timeout is not installed",
	} {
		require.True(t, strings.HasPrefix(seen(t, pool, cloud, name), why), "%s: %s", name, seen(t, pool, cloud, name))
	}
}

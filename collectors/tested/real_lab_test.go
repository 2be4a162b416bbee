//go:build lab

package tested

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// Real controllers say what runs on them, and the same where it is the same.
func TestRealNodesSayWhatTheyAre(t *testing.T) {
	cloud, err := inventory.Load(labtest.Shared(t).Inventory)
	require.NoError(t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	got := Nodes(t.Context(), pool, cloud, []string{"ctl-1", "ctl-2", "ctl-3"})
	require.Empty(t, got.Silent)
	all := []string{"ctl-1", "ctl-2", "ctl-3"}
	one := func(kind record.TestedKind, name string) string {
		found := fact(got, kind, name)
		require.Len(t, found, 1, "%s %s: %v", kind, name, found)
		for value, nodes := range found {
			require.Equal(t, all, nodes, "%s %s", kind, name)
			return value
		}
		return ""
	}
	require.Contains(t, one(record.TestedOS, ""), "Debian GNU/Linux 12")
	one(record.TestedKernel, "")
	for _, source := range []string{"keystone", "mariadb", "galera-4", "haproxy", "keepalived", "memcached", "uwsgi", "systemd"} {
		require.Regexp(t, `^[0-9]`, one(record.TestedPackage, source), source)
	}
	require.Equal(t, "fernet", one(record.TestedSetting, "keystone provider"))
	for _, name := range []string{"keystone", "mariadb", "haproxy", "memcached"} {
		var nodes int
		for sum, on := range fact(got, record.TestedConfig, name) {
			require.Regexp(t, `^[0-9a-f]{64}$`, sum, name)
			nodes += len(on)
		}
		require.Equal(t, 3, nodes, name)
	}
	require.Len(t, fact(got, record.TestedConfig, "keepalived"), 3, "each has a priority and an address of its own")
	t.Logf("%+v", got.Facts)
}

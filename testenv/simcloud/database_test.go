package simcloud_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestADatabaseThatIsDesyncedSaysSoUntilItsProcessEnds(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	ask := func(node, query string) string {
		out, code := onNode(t, cloud.Node(node), `mysql -N -e "`+query+`"`)
		require.Zero(t, code, out)
		return out
	}
	const state, variable = "SHOW GLOBAL STATUS LIKE 'wsrep_local_state%'", "show variables like 'wsrep_desync'"
	require.Equal(t, "wsrep_desync\tOFF", ask("ctl-2", variable))
	require.Empty(t, ask("ctl-2", "SET GLOBAL wsrep_desync = on"))
	require.Equal(t, "wsrep_desync\tON", ask("ctl-2", variable))
	require.Equal(t, "wsrep_local_state\t2\nwsrep_local_state_comment\tDonor/Desynced", ask("ctl-2", state))
	require.Equal(t, "wsrep_local_state\t4\nwsrep_local_state_comment\tSynced", ask("ctl-1", state))
	require.Equal(t, "wsrep_ready\tON", ask("ctl-2", "show status like 'wsrep_ready'"))
	_, code := onNode(t, cloud.Node("ctl-2"), "systemctl restart mariadb")
	require.Zero(t, code)
	require.Equal(t, "wsrep_desync\tOFF", ask("ctl-2", variable))

	for query, want := range map[string]string{"set global wsrep_on=OFF": "ERROR 1193", "select 1": "ERROR 1064"} {
		out, code := onNode(t, cloud.Node("ctl-2"), `mysql -N -e "`+query+`" 2>&1`)
		require.Equal(t, 1, code)
		require.Contains(t, out, want)
	}
}

// One that hears nothing of the others is given up by them after the time in which
// it is suspected, and nothing is committed until then.
func TestADatabaseThatIsIsolatedRefusesEverything(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	ask := func(node, query string) string {
		out, _ := onNode(t, cloud.Node(node), `mysql -N -e "`+query+`" 2>&1 | head -n 1`)
		return out
	}
	const causal, state = "SET SESSION wsrep_sync_wait=1; SELECT 1", "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_status'"
	require.Equal(t, "1", ask("ctl-3", causal))
	require.Empty(t, ask("ctl-3", "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'"))
	require.Eventually(t, func() bool { return strings.Contains(ask("ctl-1", causal), "ERROR 1205") }, 4*time.Second, 10*time.Millisecond, "who is suspected keeps all waiting")
	require.Equal(t, "wsrep_cluster_status\tPrimary", ask("ctl-3", state), "it has not been given up")
	require.Contains(t, ask("ctl-3", causal), "ERROR 1205")
	require.Eventually(t, func() bool { return ask("ctl-3", state) == "wsrep_cluster_status\tnon-Primary" }, 10*time.Second, 50*time.Millisecond)
	require.Equal(t, "1", ask("ctl-1", causal))
	require.Equal(t, "wsrep_cluster_size\t2", ask("ctl-1", "show status like 'wsrep_cluster_size'"))
	require.Empty(t, ask("ctl-3", "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"))
	require.Eventually(t, func() bool { return ask("ctl-3", causal) == "1" }, 10*time.Second, 50*time.Millisecond)
	require.Contains(t, ask("ctl-3", "SET GLOBAL wsrep_provider_options='gmcast.isolato=1'"), "ERROR 1210")
}

package simcloud_test

import (
	"testing"

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

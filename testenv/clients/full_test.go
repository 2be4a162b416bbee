//go:build openstack

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.MainOpenStack(m)) }

// proves runs one client against the shared lab and tells what it found. Then
// it looks whether anything of it is left in the cloud.
func proves(t *testing.T, name string) string {
	t.Helper()
	c, err := ofLab(labtest.OpenStack(t).Options, t.TempDir())
	require.NoError(t, err)
	before := servers(t, c)
	chosen, err := choose(all(), []string{name})
	require.NoError(t, err)
	found, err := chosen[0].run(t.Context(), c)
	require.NoError(t, err)
	var page strings.Builder
	found.markdown(&page)
	t.Log("\n" + page.String())
	require.NoError(t, found.wrong())
	require.Equal(t, before, servers(t, c), "servers that are left")
	labtest.Fits(t, labtest.OpenStack(t).Options)
	return page.String()
}

func servers(t *testing.T, c *cloud) []string {
	t.Helper()
	var rows []struct{ Name string }
	require.NoError(t, c.ask(t.Context(), &rows, "server", "list", "--all-projects"))
	names := []string{}
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names
}

func TestTheStockClientBootsAServerAndReachesIt(t *testing.T) {
	require.Contains(t, proves(t, "openstack"), "| delete all of it |")
}

func TestRallyBootsAndDeletesTwentyServers(t *testing.T) {
	require.Contains(t, proves(t, "rally"), "| NovaServers.boot_and_delete_server | 20 | 0 |")
}

func TestTempestFailsWhereItIsExpectedTo(t *testing.T) {
	require.Contains(t, proves(t, "tempest"), "| compute |")
}

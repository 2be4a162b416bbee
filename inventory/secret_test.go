package inventory_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

// TestNoProblemShowsASecret holds problems, which end up in logs, against the
// ways in which a password gets into an inventory though none belongs there.
func TestNoProblemShowsASecret(t *testing.T) {
	for _, file := range []string{"testdata/problems/power.yaml", "testdata/problems/powers.yaml"} {
		whole, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(whole), "secret")
		_, err = inventory.Read("inventory.yaml", whole)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
		require.NotContains(t, err.Error(), "sec#ret")
	}

	for _, password := range []string{"%hush", "*hush word", "@hush", "`hush", `"hush`, "[hush", "a: hush"} {
		_, err := inventory.Read("inventory.yaml", []byte("version: eris/v1\ncloud: {name: lab}\nnodes:\n  ctl-1:\n"+
			"    address: 198.18.0.11\n    power:\n      kind: ipmi\n      password: "+password+"\n      address: 198.18.1.11\n"))
		require.ErrorContains(t, err, "inventory.yaml:", password)
		require.NotContains(t, err.Error(), "hush", password)
	}
}

//go:build lab

package acceptance

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// Who brings a lab up is told its inventory and what to type next, and status says the
// same health in words and as JSON.
func TestALabThatIsUpSaysHowItIsUsed(t *testing.T) {
	cloud := labtest.Shared(t)
	name := cloud.Options.Name
	eris, err := build()
	require.NoError(t, err)
	up, err := exec.CommandContext(t.Context(), eris, "lab", "up", "--name", name).Output()
	require.NoError(t, err)
	require.Contains(t, string(up), "lab "+name+" (profile keystone): healthy\n")
	require.Contains(t, string(up), "\ninventory: "+cloud.Inventory+"\ntry it:    eris run keystone-max-loss -i lab:"+name+"\n")

	said, err := exec.CommandContext(t.Context(), eris, "lab", "status", "--name", name, "--json").Output()
	require.NoError(t, err)
	var status lab.Status
	require.NoError(t, json.Unmarshal(said, &status))
	require.True(t, status.Healthy)
	require.Len(t, status.Nodes, 3)
	require.Len(t, status.Holders, 1)
	require.True(t, status.Token.Issued)
}

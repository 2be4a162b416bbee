//go:build openstackclient

package simcloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// TestTheStockCommandLineClientLogsInListsAndBoots runs Debian's
// python3-openstackclient against the cloud.
func TestTheStockCommandLineClientLogsInListsAndBoots(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	run := func(args ...string) []byte {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
		defer cancel()
		command := exec.CommandContext(ctx, "openstack", args...)
		command.Env = append(os.Environ(), "OS_CLIENT_CONFIG_FILE="+cloud.Clouds(), "OS_CLOUD=simulated")
		var errs bytes.Buffer
		command.Stderr = &errs
		out, err := command.Output()
		require.NoError(t, err, "openstack %v: %s", args, errs.String())
		return out
	}
	field := func(data []byte, name string) any {
		t.Helper()
		var document map[string]any
		require.NoError(t, json.Unmarshal(data, &document))
		return document[name]
	}
	names := func(data []byte) []any {
		t.Helper()
		var rows []map[string]any
		require.NoError(t, json.Unmarshal(data, &rows))
		all := []any{}
		for _, row := range rows {
			all = append(all, row["Name"])
		}
		return all
	}

	require.NotEmpty(t, field(run("token", "issue", "-f", "json"), "id"))
	require.Contains(t, names(run("image", "list", "-f", "json")), "probe")
	require.Contains(t, names(run("flavor", "list", "-f", "json")), "tiny")
	require.Contains(t, names(run("network", "list", "-f", "json")), "private")
	made := run("server", "create", "--image", "probe", "--flavor", "tiny", "--network", "private", "--wait", "-f", "json", "vm-1")
	require.Equal(t, "ACTIVE", field(made, "status"))
	require.Equal(t, []any{"vm-1"}, names(run("server", "list", "-f", "json")))
	run("server", "delete", "--wait", "vm-1")
	require.Empty(t, names(run("server", "list", "-f", "json")))
	volume := run("volume", "create", "--size", "1", "-f", "json", "disk-1")
	require.NotEmpty(t, field(volume, "id"))
	require.Contains(t, names(run("volume", "list", "-f", "json")), "disk-1")
	require.Contains(t, names(run("catalog", "list", "-f", "json")), "keystone")
}

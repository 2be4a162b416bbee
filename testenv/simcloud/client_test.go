//go:build openstackclient

package simcloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
		out, err := openstackClient(cloud, args...)
		require.NoError(t, err, "openstack %v: %s", args, out)
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

// openstackClient is what the client prints, or what it says went wrong.
func openstackClient(cloud *simcloud.Cloud, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "openstack", args...)
	command.Env = append(os.Environ(), "OS_CLIENT_CONFIG_FILE="+cloud.Clouds(), "OS_CLOUD=simulated")
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		return errs.Bytes(), err
	}
	return out, nil
}

// TestTheStockCommandLineClientMakesAndDeletes makes what depends on other things,
// is told that those cannot go yet, and deletes all of it.
func TestTheStockCommandLineClientMakesAndDeletes(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	run := func(line string) string {
		t.Helper()
		out, err := openstackClient(cloud, strings.Fields(line)...)
		require.NoError(t, err, "openstack %s: %s", line, out)
		return strings.TrimSpace(string(out))
	}
	refused := func(line, says string) {
		t.Helper()
		out, err := openstackClient(cloud, strings.Fields(line)...)
		require.Error(t, err, line)
		require.Contains(t, string(out), says)
	}
	run("network create n")
	require.Equal(t, "10.9.0.1", run("subnet create --network n --subnet-range 10.9.0.0/24 -f value -c gateway_ip s"))
	run("router create r")
	run("router add subnet r s")
	run("router set --external-gateway public r")
	run("port create --network n p")
	address := run("floating ip create public -f value -c id")
	run("floating ip set --port p " + address)
	refused("router delete r", "still has ports")
	refused("network delete n", "ports still in use")
	run("floating ip unset --port " + address)
	run("floating ip delete " + address)
	run("port delete p")
	run("router remove subnet r s")
	run("router delete r")
	run("network delete n")
	run("security group create g")
	require.Equal(t, "80", run("security group rule create --protocol tcp --dst-port 80 -f value -c port_range_min g"))
	run("security group delete g")

	data := filepath.Join(t.TempDir(), "image")
	require.NoError(t, os.WriteFile(data, bytes.Repeat([]byte("image "), 100000), 0o600))
	run("image create --disk-format raw --file " + data + " i")
	run("image save --file " + data + ".back i")
	require.Equal(t, readFile(t, data), readFile(t, data+".back"))
	run("image delete i")

	run("container create box")
	run("object create --name i box " + data)
	run("object save --file " + data + ".object box i")
	require.Equal(t, readFile(t, data), readFile(t, data+".object"))
	require.Equal(t, "i", run("object list -f value -c Name box"))
	refused("container delete box", "HTTP 409")
	run("object delete box i")
	run("container delete box")
	require.Empty(t, run("container list -f value -c Name"))

	template := filepath.Join(t.TempDir(), "template")
	require.NoError(t, os.WriteFile(template, []byte("heat_template_version: 2016-10-14\nresources: {a: {type: 'OS::Heat::RandomString'}}\n"), 0o600))
	require.Regexp(t, "\nCREATE_COMPLETE$", run("stack create --wait -f value -c stack_status -t "+template+" s"))
	require.Regexp(t, "\nUPDATE_COMPLETE$", run("stack update --wait -f value -c stack_status -t "+template+" s"))
	require.Equal(t, "a", run("stack resource list -f value -c resource_name s"))
	run("stack delete --yes --wait s")
	refused("stack show s", "Stack not found")

	require.Equal(t, "ACTIVE", run("loadbalancer create --wait --name b --vip-network-id private -f value -c provisioning_status"))
	require.Equal(t, "HTTP", run("loadbalancer listener create --wait --name l --protocol HTTP --protocol-port 80 -f value -c protocol b"))
	refused("loadbalancer delete b", "it has children")
	run("loadbalancer delete --cascade --wait b")
	require.Empty(t, run("loadbalancer list -f value -c name"))

	run("project create other")
	run("user create --password secret --project other alice")
	run("role add --user alice --project other member")
	run("user delete alice")
	run("project delete other")

	run("volume create --size 1 v")
	run("volume snapshot create --volume v s")
	refused("volume delete v", "have snapshots")
	run("volume snapshot delete s")
	require.Eventually(t, func() bool { return run("volume snapshot list -f value -c Name") == "" }, patience, time.Second)
	run("volume delete v")
	require.Empty(t, run("volume list -f value -c Name"))
}

package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// simulated is a cloud in this process, whose nodes can be looked into, once
// all of its services serve.
func simulated(t *testing.T, options simcloud.Options) *simcloud.Cloud {
	t.Helper()
	cloud, err := simcloud.Start(context.Background(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	known, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	for _, name := range cloud.Nodes() {
		eventually(t, patience, name+" has booted", func() bool { return serving(cloud.Node(name), known) })
	}
	return cloud
}

// serving says of the services of a node whether nothing more of them is to come:
// they run, and serve or have told systemd so before.
func serving(n *node.Node, known *inventory.Cloud) bool {
	ready := map[string]bool{}
	running := map[string]bool{}
	for _, e := range n.Log() {
		ready[e.Unit] = ready[e.Unit] || e.Event == "serving" || e.Detail == "activating/start"
		running[e.Unit] = running[e.Unit] || e.Event == "state" && e.Detail == "active/running"
	}
	return !slices.ContainsFunc(known.ServicesOn(n.Name()), func(s *inventory.Service) bool {
		return !ready[s.Runtime.Name] || !running[s.Runtime.Name]
	})
}

// footprint is everything that has happened on a cloud's nodes and all that
// Eris keeps there.
func footprint(cloud *simcloud.Cloud) map[string]any {
	prints := map[string]any{}
	for _, name := range cloud.Nodes() {
		n := cloud.Node(name)
		files := n.FS().Dump("/run/eris")
		maps.Copy(files, n.FS().Dump("/var/lib/eris"))
		prints[name] = struct {
			log   []node.Event
			files map[string]string
		}{n.Log(), files}
	}
	return prints
}

// untouched asserts that nothing happens on the cloud's nodes during work.
func untouched(t *testing.T, cloud *simcloud.Cloud, work func()) {
	t.Helper()
	before := footprint(cloud)
	work()
	require.Equal(t, before, footprint(cloud), "something was touched")
}

// on runs a command on a simulated node, behind Eris' back.
func on(t *testing.T, cloud *simcloud.Cloud, name, command string) string {
	t.Helper()
	var said bytes.Buffer
	status := cloud.Node(name).Run(t.Context(), node.Session{Line: command, Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said})
	require.Zero(t, status, "%s: %s", command, said.String())
	return said.String()
}

// nodes is a way into the nodes of an inventory.
type nodes struct {
	*remote.Pool
	cloud *inventory.Cloud
}

func reach(t *testing.T, file string) *nodes {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	pool, err := remote.NewPool(cloud, remote.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() }) // the cloud may be gone already
	return &nodes{pool, cloud}
}

// fingerprint is the state of a service on all nodes as systemd tells it, and
// whatever of a fault is there.
func (n *nodes) fingerprint(t *testing.T, service string) map[string]string {
	t.Helper()
	prints := map[string]string{}
	for _, machine := range n.cloud.Nodes {
		result := n.Run(t.Context(), machine.Name, remote.Command{
			Root: true, Args: []string{n.cloud.ServiceByName(service).Runtime.Name}, Script: `
systemctl show "$1" -p LoadState -p ActiveState -p SubState -p UnitFileState -p FreezerState -p DropInPaths
for file in /run/eris/*/state /var/lib/eris/*/state /run/eris/resources/* /etc/systemd/system/eris-*; do
	if [ -e "$file" ]; then echo "$file"; fi
done
systemctl list-units --all --plain --no-legend 'eris-*'`,
		})
		require.True(t, result.OK(), "%v %s", result.Err, result.Stderr)
		prints[machine.Name] = string(result.Stdout)
	}
	return prints
}

// asBefore waits until a service's fingerprint is what it was: the node says
// that an undo is verified, and takes down the dead-man a moment later.
func (n *nodes) asBefore(t *testing.T, service string, before map[string]string) {
	t.Helper()
	late := time.Now().Add(10 * time.Second)
	now := n.fingerprint(t, service)
	for !maps.Equal(before, now) && time.Now().Before(late) {
		now = n.fingerprint(t, service)
	}
	require.Equal(t, before, now)
}

// journal is what a run has written down so far.
func journal(t *testing.T, dir string) []record.Event {
	t.Helper()
	run, err := record.Open(dir)
	require.NoError(t, err)
	var events []record.Event
	for e, err := range run.Events() {
		require.NoError(t, err)
		events = append(events, e)
	}
	return events
}

// result is a run's run.json.
func result(t *testing.T, dir string) kpi.Result {
	t.Helper()
	var r kpi.Result
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

// eventually polls until what is said holds.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, within, 50*time.Millisecond, what)
}

package acceptance

import (
	"maps"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// dark is a scenario that takes a node's power and holds it until the test
// ends it.
const dark = `version: eris/v1
name: dark
phases: {warmup: 0s, baseline: 1s, chaos: 60s, recovery: 1s}
steady_state:
  - 'min_where("service.healthy", {service: "keystone"}) == 1'
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 4/s}, timeout: 5s}
collectors:
  services: {kind: service, every: 1s, on: {service: keystone}}
faults:
  lose-power:
    fault: power.off
    target: {node: ctl-1}
    hold: 60s
stop_when: {none: the test ends it}
objectives:
  - availability("tokens") >= 1%
`

// TestKillWhileANodeIsWithoutPower is the promise for the one fault that the
// node itself cannot undo: what gives its power back outlives its eris.
func TestKillWhileANodeIsWithoutPower(t *testing.T) {
	t.Parallel()
	cloud := start(t, "simcloud", "serve", "--dir", t.TempDir())
	cloud.says(t, "OS_CLIENT_CONFIG_FILE=")
	file := strings.SplitAfter(cloud.stderr(), "OS_CLIENT_CONFIG_FILE=")[1]
	killWithoutPower(t, strings.Replace(strings.Fields(file)[0], "clouds.yaml", "inventory.yaml", 1), scenario(t, dark), "ctl-1", lease)
	cloud.signal(t, syscall.SIGTERM)
	require.Zero(t, cloud.exit(t), "%s", cloud.stderr())
	cloud.leavesNothing(t)
}

// killWithoutPower kills an eris that keeps a node without power, and nobody
// comes to help.
func killWithoutPower(t *testing.T, file, scenario, node string, lease time.Duration) {
	t.Helper()
	nodes := reach(t, file)
	read, err := inventory.Load(file)
	require.NoError(t, err)
	driver, err := power.Open(read.NodeByName(node).Power, nil)
	require.NoError(t, err)
	before := nodes.fingerprint(t, "keystone")
	run := start(t, "run", scenario, "-i", file, "--plain", "--yes", "--lease", lease.String())
	run.says(t, "fault lose-power held")
	state, err := driver.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, power.Off, state)
	doctor := eris(t, "doctor", "-i", file)
	require.Equal(t, 6, doctor.exit(t))
	require.Contains(t, doctor.stdout.String(), node+": power fault ")

	late := faulttest.Lateness(t)
	killed := time.Now()
	run.signal(t, syscall.SIGKILL)
	require.Equal(t, -1, run.exit(t))
	eventually(t, lease+10*time.Second, "the node has its power again", func() bool {
		state, err := driver.Status(t.Context())
		return err == nil && state == power.On
	})
	t.Logf("its power was back %v after the kill (lease %v)", time.Since(killed).Round(time.Millisecond), lease)
	eventually(t, 2*patience, "the services of the node run again", func() bool {
		return faults.Doctor(t.Context(), nodes, []string{node})[0].Err == nil
	})
	eventually(t, 2*patience, "all is as before", func() bool { return maps.Equal(before, nodes.fingerprint(t, "keystone")) })
	told := make(chan string, 1)
	eventually(t, patience, "heal tells how it ended", func() bool {
		heal := eris(t, "heal", run.record(t), "-i", file)
		_, said, undone := strings.Cut(heal.stdout.String(), node+": "+string(record.Undone)+" by lease, begun at ")
		if heal.exit(t) != 0 || !undone {
			return false
		}
		told <- said
		return true
	})
	at, _, _ := strings.Cut(<-told, ",")
	begun, err := time.ParseDuration(at)
	require.NoError(t, err)
	began := journal(t, run.record(t))[0].Started.At.Add(begun).Sub(killed)
	t.Logf("its undo began %v after the kill", began)
	require.Less(t, began, lease+2*time.Second+late())
	nothingLeft(t, file, lease)
}

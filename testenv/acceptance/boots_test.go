package acceptance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

// boots is a chain on one node, two links of which take it away.
const boots = `version: eris/v1
name: boots
phases: {chaos: 10s, recovery: 1s}
faults:
  boot: {fault: node.reboot, target: {node: ctl-2}, hold: 3s}
  kill: {fault: service.kill, target: {service: keystone, node: ctl-2}, start: {after: boot.recovered}, hold: 1s}
  dark: {fault: power.off, target: {node: ctl-2}, start: {after: kill.recovered}, hold: 1s}
  stop: {fault: service.stop, target: {service: memcached, node: ctl-2}, start: {after: dark.recovered}, hold: 1s}
stop_when: {none: the faults end it}
`

// TestAFaultFollowsOneThatTookItsNodeAway: what preflight saw of a node before
// the run was of another boot, and is looked at anew.
func TestAFaultFollowsOneThatTookItsNodeAway(t *testing.T) {
	t.Parallel()
	cloud := simulated(t, simcloud.Options{Seed: 12})
	run := start(t, "run", scenario(t, boots), "-i", cloud.Inventory(), "--plain", "--lease", lease.String(), "--settle", "1s")
	run.exit(t) // without a load there is nothing to judge
	told := result(t, run.record(t))
	require.Len(t, told.Faults, 4)
	for _, fault := range told.Faults {
		require.Equal(t, "undone", fault.State, "%s: %s\n%s", fault.Name, fault.Reason, run.stderr())
		require.True(t, fault.UndoVerified, fault.Name)
	}
	nothingLeft(t, cloud.Inventory(), lease)
}

package network_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/inventory"
)

// Who makes no new connection leads Eris to nobody any more.
func TestWhatTakesConnectionsSparesTheJumpHost(t *testing.T) {
	for _, jump := range []string{"ctl-1", "ctl-1:2222", "root@198.18.0.11:22", "root@198.18.0.11"} {
		cloud, err := inventory.Read("cloud.yaml", []byte(`version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller], ssh: {jump: '`+jump+`'}}
services:
  web: {unit: web.service, on: {role: controller}}
`))
		require.NoError(t, err)
		for _, fault := range []faults.Fault{network.NewPorts(), network.NewConntrack()} {
			_, err := fault.Scripts(faults.Target{ID: "x", Cloud: cloud, Node: cloud.NodeByName("ctl-1")})
			require.ErrorContains(t, err, "eris goes to ctl-2 by way of ctl-1 (jump)", jump)
			_, err = fault.Scripts(faults.Target{ID: "x", Cloud: cloud, Node: cloud.NodeByName("ctl-2")})
			require.NoError(t, err)
		}
	}
}

// That what holds the ports or the entries has ended is nobody's healing.
func TestAHolderThatEndsHealsNothing(t *testing.T) {
	t.Parallel()
	for kind, fault := range map[string]faults.Fault{"network.ports": network.NewPorts(), "network.conntrack": network.NewConntrack()} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "")
			run := bed.LongRun("run-ends", "ann@desk")
			i := run.Struck(t, fault)
			bed.Shell(t, "systemctl kill -s KILL eris-%s-%s.service", i.Targets()[0].Target.ID, kind[len("network."):])
			require.Eventually(t, func() bool { return !i.Kept(t.Context()) }, 30*time.Second, 100*time.Millisecond, "it is over")
			require.False(t, i.Gone(t.Context()), "that its program ended is no healing by the cloud")
			over := run.Journal.Target(t, record.Undoing)
			require.Equal(t, "itself", over.By)
			require.Contains(t, over.Reason, "its program ended (signal)")
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			bed.Clean(t)
		})
	}
}

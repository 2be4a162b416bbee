package node_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func target(node string) faults.Target {
	n := &inventory.Node{Name: node, Address: netip.MustParseAddrPort("192.0.2.1:22")}
	return faults.Target{ID: "7f3c0a1e-x-1-1", Node: n, Cloud: &inventory.Cloud{Name: "c", Nodes: []*inventory.Node{n}}}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	t.Parallel()
	faulttest.Pure(t, "node", faulttest.New, func(string) (one, elsewhere faults.Target) {
		return target("ctl-1"), target("ctl-3")
	})
}

func TestWhatIsNoNodeIsRefused(t *testing.T) {
	t.Parallel()
	service := target("ctl-1")
	service.Service = &inventory.Service{Name: "keystone"}
	_, err := (&node.Reboot{}).Scripts(service)
	require.ErrorContains(t, err, "this fault strikes whole nodes")
	alone := target("ctl-1")
	alone.Cloud = nil
	_, err = (&node.Crash{}).Scripts(alone)
	require.ErrorContains(t, err, "nobody knows what runs there")
}

// In a container the kernel is another's, and neither preflight nor the inject
// itself lets it be struck.
func TestTheKernelOfAContainerIsNotStruck(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	before := familytest.Boot(t, bed)
	bed.Shell(t, "echo systemd-nspawn >/run/systemd/container")
	for _, fault := range []faults.Fault{&node.Crash{}, &node.Reset{}} {
		require.Contains(t, bed.Refusal(t, fault), "this node is a container (systemd-nspawn): its kernel is that of the machine below")
		s, err := fault.Scripts(bed.Target())
		require.NoError(t, err)
		result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: "mkdir -p /tmp/x && cd /tmp/x || exit 9\n" + s.Inject, Root: true})
		require.Equal(t, 1, result.Exit)
		require.Equal(t, "this node is a container (systemd-nspawn)\n", string(result.Stdout))
	}
	require.NoError(t, bed.NewRun("run-reboots", "ann@desk").Injection(t, &node.Reboot{}).Preflight(t.Context()), "a container reboots as any node")
	require.Equal(t, before, familytest.Boot(t, bed))
}

func TestWhatWouldNotComeBackIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	bed.Shell(t, "echo 0 >/proc/sys/kernel/panic")
	require.Contains(t, bed.Refusal(t, &node.Crash{}), "kernel.panic is 0 and no crash kernel is loaded")
	require.NoError(t, bed.NewRun("run-resets", "ann@desk").Injection(t, &node.Reset{}).Preflight(t.Context()))
	bed.Shell(t, "systemctl disable memcached.service")
	require.Contains(t, bed.Refusal(t, &node.Reboot{}), "memcached.service runs and is disabled: a boot would not bring it back")
}

// What is on its way when a fault is armed could not be compared afterwards: the
// undo would wait for what nobody wants back.
func TestANodeThatIsNotAtRestIsRefused(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	late := bed.NewRun("run-late", "ann@desk").Injection(t, &node.Reset{})
	require.NoError(t, late.Preflight(t.Context()))
	bed.Shell(t, `mkdir -p /run/systemd/system/memcached.service.d
printf '[Service]\nRestart=always\nRestartSec=1h\n' >/run/systemd/system/memcached.service.d/slow.conf
systemctl daemon-reload && systemctl kill -s KILL memcached.service`)
	faulttest.Eventually(t, 20*time.Second, "it is to be started again", func() bool {
		return bed.Shell(t, "systemctl show memcached.service -p ActiveState --value") == "activating"
	})
	require.Contains(t, bed.Refusal(t, &node.Reboot{}), "the fingerprint could not be taken: memcached.service is activating\n")
	require.ErrorContains(t, late.Arm(t.Context()), "the fingerprint could not be taken: memcached.service is activating")
	require.NoError(t, late.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// A node that was not told to boot is not waited for.
func TestAnInjectThatFailsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t)
	i := bed.LongRun("run-fails", "ann@desk").Armed(t, &node.Reset{})
	before := familytest.Boot(t, bed)
	bed.Shell(t, "echo lxc >/run/systemd/container")
	asked := time.Now()
	require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrUnknown)
	require.Less(t, time.Since(asked), 20*time.Second)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, familytest.Boot(t, bed))
	bed.Clean(t)
}

//go:build lab

package resource_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.Busy))
}

// newFault is a fault of a kind; what is throttled is a disk of the test's own,
// since the root of a lab's node is an overlay.
func newFault(kind string) (faults.Fault, bool) {
	if kind == "io.throttle" {
		return &resource.IOThrottle{Path: "/srv", Read: 1 << 20, Write: 1 << 20}, true
	}
	return faulttest.New(kind)
}

// labBed is what a kind strikes on a node of the shared lab that the test has
// to itself. The name of a test
// has that of its kind in it.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck)
	bed := bedOf(t, berth.Inventory, kind)
	again := func() {}
	if strings.Contains(kind, "io.throttle") {
		again = faulttest.Disk(t, bed)
	}
	if strings.Contains(kind, "memory.leak") {
		t.Cleanup(func() {
			bed.Runner.Run(context.Background(), struck, remote.Command{
				Script: "rm -r /etc/systemd/system/memcached.service.d; systemctl daemon-reload", Root: true, Timeout: time.Minute,
			})
		})
	}
	bed.Reboot = func(ctx context.Context) error {
		err := berth.Reboot(ctx)
		again()
		return err
	}
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "resource", newFault)
}

func TestADiskWithoutADeviceIsNotThrottledOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "cpu.throttle")
	require.Contains(t, bed.Refusal(t, resource.NewIOThrottle()), "the file system of /var/lib has no block device below it (0:")
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "resource")), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, kind)
	})
}

func TestLoadsGrowOnARealNode(t *testing.T) {
	t.Run("cpu.load", func(t *testing.T) {
		bed, _ := labBed(t, "cpu.load")
		climbsUp(t, bed, &resource.CPULoad{Share: 0.4, Weight: 100, Ramp: 5 * time.Second}, "% of a processor, on the way to ", "asked ")
	})
	t.Run("memory.load", func(t *testing.T) {
		bed, _ := labBed(t, "memory.load")
		climbsUp(t, bed, &resource.MemoryLoad{Size: 100 << 20, Reserve: 128 << 20, Ramp: 5 * time.Second}, "90 MiB, on the way to 100", "MiB of memory are taken, asked 100;")
	})
	t.Run("memory.leak", func(t *testing.T) {
		bed, _ := labBed(t, "memory.leak")
		climbsUp(t, bed, &resource.MemoryLeak{Use: 0.8, Reserve: 128 << 20, Ramp: 5 * time.Second}, "MiB, on the way to ", "MiB were taken; asked 80 %")
	})
}

func TestALeakLeavesTheServiceItsProcessOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "memory.leak")
	leavesItsProcess(t, bed)
}

// The service wants more than the leak has left it: the kernel ends the leak, and
// nobody else.
func TestALeakIsTheFirstToGoOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "memory.leak")
	const main = "systemctl show memcached -p MainPID --value"
	before := bed.Shell(t, main)
	endsTheLeak(t, bed, `for root in /sys/fs/cgroup /sys/fs/cgroup/memory; do
	if [ -e "$root/system.slice/memcached.service/memory.stat" ]; then
		sh -c 'echo $$ >"$1/system.slice/memcached.service/cgroup.procs" && exec dd if=/dev/zero of=/dev/null bs=90M count=1' more "$root" 2>&1
	fi
done`)
	require.Equal(t, before, bed.Shell(t, main))
}

// A restart of the service ends the leak where systemd finds it in the service's own
// group (version 2), and otherwise leaves it: in both cases nothing stays after the undo.
func TestARestartWithinALeakOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "memory.leak")
	if bed.Shell(t, "[ -e /sys/fs/cgroup/cgroup.controllers ] && echo two") == "two" {
		endsTheLeak(t, bed, "systemctl restart memcached")
		return
	}
	run := bed.NewRun("run-restart", "ann@desk")
	run.Lease = time.Minute
	i := run.Struck(t, resource.NewMemoryLeak())
	bed.Shell(t, "systemctl restart memcached")
	require.True(t, leaking(t, bed))
	require.True(t, i.Kept(t.Context()))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.False(t, leaking(t, bed))
	bed.Clean(t)
}

//go:build lab

package resource_test

import (
	"context"
	"os"
	"slices"
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

// Stressor killed by OOM: who wants more in the load's own group than the load has
// left there has the kernel end the load; that is told as what nobody has undone.
func TestALoadThatTheKernelEndsIsToldOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "memory.load")
	run := bed.NewRun("run-oom", "ann@desk")
	run.Lease = faulttest.MaxLease
	i := run.Struck(t, &resource.MemoryLoad{Size: 100 << 20, Reserve: 128 << 20})
	ctx, over := context.WithCancel(t.Context())
	defer over()
	held := make(chan error, 1)
	go func() { held <- i.Hold(ctx, 5*time.Minute) }()
	// The kernel may end the one who asks as well, before the load's memory is free.
	bed.Shell(t, `unit=$(systemctl list-units --plain --no-legend 'eris-*-load-memory.service' | cut -d ' ' -f 1)
for root in /sys/fs/cgroup /sys/fs/cgroup/memory; do
	group=$root/system.slice/$unit
	while [ -e "$group/memory.stat" ] && systemctl is-active --quiet "$unit"; do
		for pid in $(cat "$group/cgroup.procs"); do echo 1000 >"/proc/$pid/oom_score_adj"; done
		sh -c 'echo $$ >"$1/cgroup.procs" && exec dd if=/dev/zero of=/dev/null bs=64M count=1' more "$group"
	done
done >/dev/null 2>&1`)
	faulttest.Eventually(t, faulttest.LongLease, "it is told", func() bool {
		return slices.ContainsFunc(run.Journal.Events(), func(e record.Event) bool {
			return e.Target != nil && e.Target.By == "itself" && e.Target.Reason == "its effect is not seen any more, and nobody has undone it"
		})
	})
	over()
	require.NoError(t, <-held)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
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

func TestPreflightKnowsWhomItMayNotTraceOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "process.syscall")
	knowsWhomNot(t, bed, map[string]string{
		`command() { false; }`: "strace is not on this node; it is no part of the base system (on Debian: apt-get install strace)",
	})
	bed.Shell(t, "systemd-run --quiet --unit=debug strace -f -qq -o /dev/null -p %s; %s", mainProcess, untilTraced)
	require.Contains(t, bed.Refusal(t, resource.NewSyscall()), "of memcached.service is traced already, by ")
	bed.Shell(t, "systemctl stop debug")
	require.Empty(t, bed.Refusal(t, resource.NewSyscall()))
}

// Who asks a memcached that cannot read gets no answer, and one again afterwards.
func TestCallsAreToldWhenTheyAreMetOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "process.syscall")
	tellsWhatItMet(t, bed)
	require.Contains(t, ask(t, bed), "VERSION")
	run := bed.NewRun("run-deaf", "ann@desk")
	run.Lease = time.Minute
	i := run.Struck(t, failing())
	require.NotContains(t, ask(t, bed), "VERSION")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Contains(t, ask(t, bed), "VERSION")
	bed.Clean(t)
}

// What comes late comes as late as was asked.
func TestCallsComeLateOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "process.syscall")
	run := bed.NewRun("run-late", "ann@desk")
	run.Lease = time.Minute
	fault := &resource.Syscall{Calls: []string{"sendmsg", "sendto", "write"}, Delay: 700 * time.Millisecond, Every: 1}
	i := run.Struck(t, fault)
	begin := time.Now()
	require.Contains(t, ask(t, bed), "VERSION")
	require.GreaterOrEqual(t, time.Since(begin), 700*time.Millisecond)
	require.Regexp(t, `: [1-9][0-9]* calls were made late by 700ms`, observed(t, bed, fault, i.Targets()[0].Target))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

func TestTheTracingEndsWithItsServiceOnARealNode(t *testing.T) {
	for name, how := range endings() {
		t.Run(name, func(t *testing.T) {
			bed, _ := labBed(t, "process.syscall")
			endsTheTracing(t, bed, how)
		})
	}
}

// A call that is held back does not hold back the undo.
func TestAHeldBackCallIsLetGoOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "process.syscall")
	run := bed.NewRun("run-long", "ann@desk")
	run.Lease = time.Minute
	i := run.Struck(t, &resource.Syscall{Calls: []string{"sendmsg", "sendto", "write"}, Delay: 10 * time.Second, Every: 1})
	bed.Shell(t, `at=$(sed -n 's/^-l //p' /etc/memcached.conf); (printf 'version\r\nquit\r\n' | timeout 30 nc -w 20 "$at" 11211 >/tmp/answer 2>&1; date +%%s >/tmp/answered) >/dev/null 2>&1 & sleep 1`)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	begun, done := run.Journal.Target(t, record.Undoing).NodeAt, run.Journal.Target(t, record.Undone).NodeAt
	require.NotNil(t, begun)
	require.NotNil(t, done)
	require.Less(t, *done-*begun, 8*time.Second)
	require.Equal(t, record.Undone, i.State())
	faulttest.Eventually(t, 30*time.Second, "the answer comes", func() bool { return strings.Contains(bed.Shell(t, "cat /tmp/answer"), "VERSION") })
	bed.Shell(t, "rm /tmp/answer /tmp/answered")
	bed.Clean(t)
}

// Who is started by a traced process is traced, too, and let go.
func TestChildrenAreTracedTooOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "process.syscall")
	bed.Service = bed.Cloud.ServiceByName("nginx")
	run := bed.NewRun("run-children", "ann@desk")
	run.Lease = time.Minute
	fault := &resource.Syscall{Calls: []string{"sendto", "writev"}, Error: "EPIPE", Every: 1}
	i := run.Struck(t, fault)
	workers := bed.Shell(t, "cat /proc/$(systemctl show nginx -p MainPID --value)/task/*/children")
	require.NotEmpty(t, workers)
	bed.Shell(t, "systemctl reload nginx")
	faulttest.Eventually(t, 20*time.Second, "there are new ones", func() bool {
		now := bed.Shell(t, "cat /proc/$(systemctl show nginx -p MainPID --value)/task/*/children")
		for old := range strings.FieldsSeq(workers) {
			if slices.Contains(strings.Fields(now), old) {
				return false
			}
		}
		return now != ""
	})
	require.Regexp(t, `^[2-9][0-9]* processes of nginx.service are traced: `, observed(t, bed, fault, i.Targets()[0].Target))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "0", bed.Shell(t, `for pid in $(cat /sys/fs/cgroup/system.slice/nginx.service/cgroup.procs /sys/fs/cgroup/systemd/system.slice/nginx.service/cgroup.procs 2>/dev/null); do sed -n 's/^TracerPid:[^0-9]*//p' "/proc/$pid/status"; done | sort -u`))
	bed.Clean(t)
}

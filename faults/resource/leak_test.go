package resource_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/resource"
)

// what a unit's drop-in says beside the limit of its memory.
const alsoSays = `printf '[Service]\n%s\n' >/etc/systemd/system/memcached.service.d/60-more.conf; systemctl daemon-reload`

func TestServicesThatMayNotLeakAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault *resource.MemoryLeak
		spoil string
		want  string
	}{
		{resource.NewMemoryLeak(), "rm /etc/systemd/system/memcached.service.d/50-memory.conf; systemctl daemon-reload", "memcached.service has no limit of its memory towards which it could grow (MemoryMax)"},
		{&resource.MemoryLeak{Use: 0.15, Reserve: 512 << 20}, "", "20 % of the memory that memcached.service may have are in use already"},
		{&resource.MemoryLeak{Use: 0.8, Reserve: 64 << 30}, "", "MiB of the node's memory are available, which is not 120 MiB and the reserve of 65536 MiB"},
		{resource.NewMemoryLeak(), strings.Replace(alsoSays, "%s", "MemoryHigh=160M", 1), "memcached.service is slowed from 160 MiB on (MemoryHigh), which is not more than 80 % of its limit"},
		{resource.NewMemoryLeak(), strings.Replace(alsoSays, "%s", "OOMPolicy=kill", 1), "the kernel would end all of /system.slice/memcached.service at once (memory.oom.group), and not the leak first"},
		{resource.NewMemoryLeak(), "systemctl stop memcached", "memcached.service is inactive, not active"},
		{resource.NewMemoryLeak(), "systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-load-leak sleep 60", "a load of another fault is left here; eris heal removes it"},
		{resource.NewMemoryLeak(), "rm /sys/fs/cgroup/cgroup.controllers; echo cpu pids >/sys/fs/cgroup/cgroup.controllers", "no controller memory that could bound the load"},
	} {
		bed, _ := simBed(t, "memory.leak")
		bed.Shell(t, ":\n%s", c.spoil)
		require.Contains(t, bed.Refusal(t, c.fault), c.want)
	}
}

// The service's own process is not touched, whatever becomes of the leak.
func TestALeakLeavesTheServiceItsProcess(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memory.leak")
	leavesItsProcess(t, bed)
}

func leavesItsProcess(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	const main = "systemctl show memcached -p MainPID --value"
	before := bed.Shell(t, main)
	i := bed.LongRun("run-same", "ann@desk").Struck(t, resource.NewMemoryLeak())
	require.Regexp(t, `memcached.service has 1[56][0-9] of 200 MiB of memory in use, (79|80|81) %, of which [0-9]+ MiB were taken; asked 80 %`, i.Targets()[0].Effect)
	require.Equal(t, before, bed.Shell(t, main))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Shell(t, main))
	require.False(t, leaking(t, bed))
	bed.Clean(t)
}

func TestALeakGrows(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memory.leak")
	climbsUp(t, bed, &resource.MemoryLeak{Use: 0.9, Reserve: 512 << 20, Ramp: 5 * time.Second}, "MiB, on the way to ", "MiB were taken; asked 90 %")
}

// endsIt does something while a fault is held that ends it: it is over, that is told,
// and nobody says that the cloud healed it. there says whether its effect is.
func endsIt(t *testing.T, bed faulttest.Bed, fault faults.Fault, there func(t testing.TB, bed faulttest.Bed) bool, how, reason string) {
	t.Helper()
	run := bed.NewRun("run-over", "ann@desk")
	run.Lease = time.Minute // nothing else is to end it
	i := run.Struck(t, fault)
	require.True(t, there(t, bed))
	bed.Shell(t, "%s", how)
	faulttest.Eventually(t, 20*time.Second, "it is gone", func() bool { return !there(t, bed) })
	faulttest.Eventually(t, 20*time.Second, "and that is told", func() bool { return !i.Kept(t.Context()) })
	over := run.Journal.Target(t, record.Undoing)
	require.Equal(t, "itself", over.By)
	require.Equal(t, "it ended by itself: "+reason, over.Reason)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	bed.Clean(t)
}

func endsTheLeak(t *testing.T, bed faulttest.Bed, how string) {
	t.Helper()
	endsIt(t, bed, resource.NewMemoryLeak(), leaking, how, "its process is gone: memcached.service was stopped or restarted, or the kernel ended it where memory was short")
}

func TestALeakEndsWithItsService(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]string{
		"restarted": "systemctl restart memcached",
		"killed":    "systemctl kill --signal=KILL memcached",
		"ended":     "kill -s KILL $(systemctl show -p MainPID --value $(systemctl list-units --plain --no-legend 'eris-*-load-leak.service' | cut -d ' ' -f 1))",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "memory.leak")
			endsTheLeak(t, bed, how)
		})
	}
}

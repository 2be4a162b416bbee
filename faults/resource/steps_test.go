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
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestWhatANodeCannotBearIsRefused(t *testing.T) {
	t.Parallel()
	load, _ := simBed(t, "load")
	throttle := load
	throttle.Service = load.Cloud.ServiceByName("keystone")
	for _, c := range []struct {
		bed   faulttest.Bed
		fault faults.Fault
		spoil string
		want  string
	}{
		{load, &resource.CPULoad{Share: 0.5, Weight: 100, Workers: 5}, "", "5 programs cannot compute without a pause on 4 processors"},
		{load, &resource.MemoryLoad{Size: 13 << 30, Reserve: 512 << 20}, "", "MiB of memory are available, which is not 13312 MiB and the reserve of 512 MiB"},
		{load, &resource.MemoryLoad{Use: 0.99, Reserve: 512 << 20}, "", "and the reserve of 512 MiB"},
		{load, &resource.MemoryLoad{Use: 0.05, Reserve: 512 << 20}, "", "% of the node's memory is in use already"},
		{load, &resource.IOLoad{Directory: "/no", Workers: 1, Size: 1 << 20, Reserve: 64 << 20}, "", "/no is no directory in which files can be written"},
		{load, &resource.IOLoad{Directory: "/srv", Workers: 64, Size: 100 << 20, Reserve: 64 << 20}, "", "MiB are free on the disk of /srv, which is not 6400 MiB and the reserve of 64 MiB"},
		{load, &resource.IOLoad{Directory: "/mem", Workers: 1, Size: 1 << 20, Reserve: 64 << 20}, "mkdir /mem; mount -t tmpfs tmpfs /mem", "/mem is in memory (tmpfs), not on a disk"},
		{throttle, &resource.IOThrottle{Path: "/mem", Read: 1 << 20}, "", "the file system of /mem has no block device below it (0:50)"},
		{throttle, &resource.IOThrottle{Path: "/no", Read: 1 << 20}, "", "there is no /no on this node"},
		{throttle, resource.NewCPUThrottle(), "mkdir -p DROPIN; printf '[Service]\\nCPUQuota=5%%\\nIOReadBandwidthMax=/srv 1M\\n' >DROPIN/own.conf; systemctl daemon-reload",
			"keystone.service has a quota of 5 % of a processor already, which is not more than 10 %"},
		{throttle, resource.NewIOThrottle(), "", "keystone.service has limits of its own for disks already"},
		{throttle, resource.NewCPUThrottle(), "touch DROPIN/zz-eris-7f3c0a1e-x-1-1.conf", "zz-eris-7f3c0a1e-x-1-1.conf is left of another fault; eris heal removes it"},
		{throttle, resource.NewCPUThrottle(), "rm -r DROPIN", "keystone.service was changed on disk without a daemon-reload"},
		{load, resource.NewCPULoad(), "systemd-run --quiet --unit=eris-7f3c0a1e-x-1-1-load-cpu sleep 60", "a load of another fault is left here; eris heal removes it"},
	} {
		if c.spoil != "" {
			load.Shell(t, "%s", strings.ReplaceAll(c.spoil, "DROPIN", "/run/systemd/system/keystone.service.d"))
		}
		require.Contains(t, c.bed.Refusal(t, c.fault), c.want)
	}
}

// A node whose systemd would take the settings and ignore them is found out.
func TestANodeWithoutControllersIsRefused(t *testing.T) {
	t.Parallel()
	load, _ := simBed(t, "load")
	throttle := load
	throttle.Service = load.Cloud.ServiceByName("keystone")
	load.Shell(t, "rm /sys/fs/cgroup/cgroup.controllers; echo cpuset pids >/sys/fs/cgroup/cgroup.controllers")
	require.Contains(t, load.Refusal(t, resource.NewCPULoad()), "no controller cpu that could bound the load")
	require.Contains(t, load.Refusal(t, resource.NewMemoryLoad()), "no controller memory that could bound the load")
	require.Contains(t, throttle.Refusal(t, resource.NewCPUThrottle()), "no controller cpu that could limit keystone.service")
	require.Contains(t, throttle.Refusal(t, resource.NewIOThrottle()), "no controller io that could limit keystone.service")
}

// Where the kernel has another limit than was asked, nothing is loaded.
func TestALoadWithoutItsBoundDoesNotBegin(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "cpu.load")
	i := bed.LongRun("run-unbounded", "ann@desk").Armed(t, unbounded{})
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "the kernel does not bound the load's processors: max where 320 was asked")
	require.False(t, computing(t, bed))
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// unbounded is a load of processors whose unit is started without its quota.
type unbounded struct{}

func (unbounded) Scripts(target faults.Target) (faults.Scripts, error) {
	s, err := resource.NewCPULoad().Scripts(target)
	s.Prepare += "systemd-run --quiet --collect --unit=eris-$1-load-cpu.service sh /run/eris/$1/program.sh /run/eris/$1\n"
	return s, err
}

// Others that need the memory get it back, and nobody says that the cloud healed it.
func TestALoadOfMemoryGivesWayToOthers(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memory.load")
	run := bed.LongRun("run-short", "ann@desk")
	i := run.Struck(t, resource.NewMemoryLoad())
	require.True(t, bed.Changed(t, bed))
	bed.Shell(t, `mkdir -p /run/other; systemd-run --quiet --collect --unit=other --property=TemporaryFileSystem=/run/other \
		sh -c "fallocate -l $((12 * 1024 + 700))MiB /run/other/all; sleep 60"`)
	faulttest.Eventually(t, 30*time.Second, "it gives its memory back", func() bool {
		return bed.Shell(t, "systemctl list-units --plain --no-legend 'eris-*-load-memory.service' | wc -l") == "0"
	})
	require.False(t, i.Gone(t.Context()), "that a load gives way is no healing by the cloud")
	require.False(t, i.Kept(t.Context()), "and it is not there any more")
	over := run.Journal.Target(t, record.Undoing)
	require.Equal(t, "itself", over.By)
	require.Equal(t, "it ended by itself: less than the reserve of memory was available", over.Reason)
	require.NotNil(t, over.NodeAt, "from then on it does not count as held")
	told := run.Clock.Now()
	require.Less(t, *over.NodeAt-over.Bound, told)
	require.Greater(t, *over.NodeAt+over.Bound, *run.Journal.Target(t, record.Held).NodeAt)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, "itself", run.Journal.Target(t, record.Undone).By)
	bed.Clean(t)
}

func TestAnOperatorsOwnQuotaIsBackAfterTheUndo(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "cpu.throttle")
	bed.Shell(t, `mkdir -p /etc/systemd/system/memcached.service.d
		printf '[Service]\nCPUQuota=150%%%%\n' >/etc/systemd/system/memcached.service.d/50-CPUQuota.conf; systemctl daemon-reload`)
	before := bed.Fingerprint(t, resource.NewCPUThrottle())
	require.Contains(t, before, "Quota=150\n")
	bed.Changed = func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		return bed.Fingerprint(t, resource.NewCPUThrottle()) != before
	}
	i := bed.LongRun("run-own", "ann@desk").Struck(t, resource.NewCPUThrottle())
	require.Contains(t, bed.Fingerprint(t, resource.NewCPUThrottle()), "Quota=10\n")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, before, bed.Fingerprint(t, resource.NewCPUThrottle()))
}

// What a load and a quota cost is seen by who asks the services.
func TestServicesOfALoadedNodeAreSlower(t *testing.T) {
	t.Parallel()
	bed, cloud := simBed(t, "cpu.load")
	idle := taken(t, cloud)
	i := bed.LongRun("run-slow", "ann@desk").Struck(t, &resource.CPULoad{Share: 0.95, Weight: 1000})
	require.Greater(t, taken(t, cloud), 2*idle)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Less(t, taken(t, cloud), 2*idle)
}

// taken is how long a second's worth of computing takes keystone on the node.
func taken(t *testing.T, cloud *simcloud.Cloud) time.Duration {
	t.Helper()
	return cloud.Node(struck).Systemd().Compute("keystone.service", time.Second)
}

package disk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

const small = `version: eris/v1
cloud: {name: demo, kind: lab, chaos: allowed}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-3: {address: 198.18.0.13, roles: [controller]}
services:
  mariadb: {unit: mariadb.service, on: {role: controller}, port: 3306, health: {tcp: true}}
`

// target is a node of the small cloud, or a service on it.
func target(t *testing.T, node, service string) faults.Target {
	t.Helper()
	c, err := inventory.Read("small.yaml", []byte(small))
	require.NoError(t, err)
	return faults.Target{ID: "7f3c0a1e-strike-1-1", Cloud: c, Node: c.NodeByName(node), Service: c.ServiceByName(service)}
}

func TestScriptsArePureAndWithinTheSubset(t *testing.T) {
	for _, service := range []string{"", "mariadb"} {
		faulttest.Pure(t, "disk", newFault, func(string) (one, elsewhere faults.Target) {
			return target(t, "ctl-1", service), target(t, "ctl-3", service)
		})
	}
}

func TestArgumentsAndResources(t *testing.T) {
	for _, c := range []struct {
		fault faults.Fault
		args  string
		key   string
	}{
		{disk.NewFill(), "7f3c0a1e-strike-1-1|/srv|1|64", "mount::srv"},
		{&disk.Fill{Mount: "/var/lib/mysql", Leave: 5 << 30}, "7f3c0a1e-strike-1-1|/var/lib/mysql|5120|64", "mount::var:lib:mysql"},
		{&disk.Inodes{Mount: "/", Leave: 7, Most: 9}, "7f3c0a1e-strike-1-1|/|7|1000|9", "mount::"},
		{disk.NewReadOnly(), "7f3c0a1e-strike-1-1|/srv", "mount::srv"},
		{&disk.Detach{Device: lone}, "7f3c0a1e-strike-1-1|" + lone, "disks"},
	} {
		s, err := c.fault.Scripts(target(t, "ctl-1", ""))
		require.NoError(t, err)
		require.Equal(t, c.args, strings.Join(s.Args, "|"))
		require.Equal(t, []string{c.key}, s.Resources)
	}
}

func TestWhatIsRefusedByItsArguments(t *testing.T) {
	for _, c := range []struct {
		fault faults.Fault
		want  string
	}{
		{&disk.Fill{Mount: "srv", Leave: 1 << 20}, `mount: "srv" is not an absolute path`},
		{&disk.Fill{Mount: "/srv/", Leave: 1 << 20}, `mount: "/srv/" is not an absolute path`},
		{&disk.Fill{Mount: "/srv;x", Leave: 1 << 20}, `mount: "/srv;x" is not an absolute path`},
		{&disk.Fill{Mount: "/srv", Leave: 5}, "leave: 5B is under 1MiB"},
		{&disk.Inodes{Mount: "/srv", Leave: -1, Most: 5}, "leave: -1 is under 0"},
		{&disk.Inodes{Mount: "/srv", Most: 1000001}, "most: 1000001 is not between 1 and 1000000"},
		{&disk.ReadOnly{Mount: "/"}, "mount: the undo could not write to a read-only /"},
		{&disk.ReadOnly{Mount: ""}, `mount: "" is not an absolute path`},
		{disk.NewSlow(), `device: "" is not an absolute path`},
		{&disk.Slow{Device: "/srv", Read: time.Second}, `device: "/srv" is not in /dev`},
		{&disk.Slow{Device: mapped, Read: 1001 * time.Millisecond}, "read: 1.001s is not from 0s to 1s, in whole milliseconds"},
		{&disk.Slow{Device: mapped, Write: 10 * time.Microsecond}, "write: 10µs is not from 0s to 1s, in whole milliseconds"},
		{&disk.Slow{Device: mapped}, "read, write: neither takes longer"},
		{&disk.Detach{}, `device: "" is not an absolute path`},
		{&disk.Detach{Device: "/dev/sdb"}, "a disk that comes back may have another name"},
		{&disk.Detach{Device: "/dev/disk/by-uuid/5c1f"}, "is not in /dev/disk/by-id or /dev/disk/by-path"},
		{&disk.Error{Device: "dm-0"}, `device: "dm-0" is not an absolute path`},
	} {
		_, err := c.fault.Scripts(target(t, "ctl-1", ""))
		require.ErrorContains(t, err, c.want)
	}
	alone := target(t, "ctl-1", "")
	alone.Cloud = nil
	_, err := disk.NewFill().Scripts(alone)
	require.ErrorContains(t, err, "nobody knows what runs on ctl-1")
}

func TestTheRootIsHeldBackByItsNet(t *testing.T) {
	at := target(t, "ctl-1", "")
	require.Equal(t, []string{"root-fs"}, (&disk.Fill{Mount: "/"}).SafetyNets(at))
	require.Equal(t, []string{"root-fs"}, (&disk.Inodes{Mount: "/"}).SafetyNets(at))
	require.Empty(t, disk.NewFill().SafetyNets(at))
}

// The device is as before after the undo, and what its users have lost is not.
func TestADeviceThatFailsIsHeldBack(t *testing.T) {
	require.Equal(t, []string{"irreversible"}, (&disk.Error{Device: mapped}).SafetyNets(target(t, "ctl-1", "")))
}

// What somebody else makes of the device meanwhile is his.
func TestAVolumeThatIsResizedMeanwhileIsLeftAlone(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.slow")
	fault, _ := newFault("disk.slow")
	i := bed.LongRun("run-resized", "ann@desk").Struck(t, fault)
	bed.Shell(t, "dmsetup table %s >/run/was; echo '0 16384 linear 254:64 2048' >/run/other && dmsetup load %[1]s /run/other && dmsetup resume %[1]s", mapped)
	require.False(t, bed.Changed(t, bed))
	result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: script.Call(), Args: []string{"end", i.Targets()[0].Target.ID, "heal"}, Root: true})
	require.Contains(t, string(result.Stdout), "after Table=0 16384 linear 2048\n", "and it is not as it was")
	require.NotContains(t, string(result.Stdout), "verified")
	require.Equal(t, "0 16384 linear 254:64 2048", bed.Shell(t, "dmsetup table %s", mapped))
	bed.Shell(t, "sed 's/ delay \\([0-9:]* [0-9]*\\) .*/ linear \\1/' /run/was >/run/other && dmsetup load %s /run/other && dmsetup resume %[1]s", mapped)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

func TestWhatIsRefusedOnTheNode(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.fill")
	for _, c := range []struct {
		spoil string
		fault faults.Fault
		want  string
	}{
		{"", &disk.Fill{Mount: "/var/lib", Leave: 1 << 20}, "nothing is mounted at /var/lib: it lies on /, and only a whole file system is struck"},
		{"", &disk.Fill{Mount: "/srv", Leave: 2 << 30}, "KiB left, and 2097152 of them are the reserve"},
		{"", &disk.Inodes{Mount: "/srv", Most: 100}, "inodes left: 4095 files are more than the most of 100"},
		{"", &disk.Inodes{Mount: "/srv", Leave: 5000, Most: 100}, "inodes left, and 5000 of them are the reserve"},
		{"mkdir /mem; mount -t tmpfs tmpfs /mem", &disk.Inodes{Mount: "/mem", Most: 100}, "the file system of /mem makes inodes as they are wanted: tmpfs tmpfs rw"},
		{"", &disk.Fill{Mount: "/mem", Leave: 1 << 20}, "the file system of /mem is in memory"},
		{"umount /mem; mount -t tmpfs tmpfs /run/eris-own 2>/dev/null; mkdir -p /etc; mount -t tmpfs -o size=10m tmpfs /etc", &disk.ReadOnly{Mount: "/etc"}, "the undo has to write to the file system of /etc"},
		{"umount /etc; touch /srv/eris-0f0f0f0f-other-1-1.fill", disk.NewFill(), "/srv/eris-0f0f0f0f-other-1-1.fill is left of another fault; eris heal removes it"},
		{"rm /srv/eris-0f0f0f0f-other-1-1.fill; mount -o remount,ro /srv", disk.NewReadOnly(), "/srv is read-only already: /dev/vdc ext4 ro,relatime"},
	} {
		if c.spoil != "" {
			bed.Shell(t, "%s", c.spoil)
		}
		require.Contains(t, bed.Refusal(t, c.fault), c.want)
	}
}

// What uses a disk does not find it again, and is named. A disk that is taken away by
// somebody since it was armed is not brought back.
func TestWhatUsesADiskIsNotParted(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.detach")
	fault := &disk.Detach{Device: lone}
	const its = "/sys/block/$(basename $(readlink -f %s))"
	for _, c := range []struct{ spoil, settle, want string }{
		{"mkdir -p " + its + "/holders/md0", "rmdir " + its + "/holders/md0", "md0 lies on sdb, and would not find it again"},
		{"mkdir -p " + its + "/sdb1/holders/dm-4; echo 8:17 >" + its + "/sdb1/dev", "rm -r " + its + "/sdb1", "dm-4 lies on sdb1"},
		{"echo offline >" + its + "/device/state", "echo running >" + its + "/device/state", lone + " is offline already, which is of nobody here"},
	} {
		bed.Shell(t, strings.ReplaceAll(c.spoil, "%s", "%[1]s"), lone)
		require.Contains(t, bed.Refusal(t, fault), c.want)
		bed.Shell(t, strings.ReplaceAll(c.settle, "%s", "%[1]s"), lone)
	}
	bed.Shell(t, "ln -s /etc/hostname /dev/disk/by-id/null")
	require.Contains(t, bed.Refusal(t, &disk.Detach{Device: "/dev/disk/by-id/null"}), "is no SCSI disk")
	i := bed.LongRun("run-gone", "ann@desk").Armed(t, fault)
	bed.Shell(t, "echo 1 >"+its+"/device/delete", lone)
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "went away since the fault was armed")
	result := bed.Runner.Run(t.Context(), bed.Node.Name, remote.Command{Script: script.Call(), Args: []string{"end", i.Targets()[0].Target.ID, "heal"}, Root: true})
	require.Contains(t, string(result.Stdout), "after Disk=none")
	require.True(t, bed.Changed(t, bed), "what somebody took away is his to bring back")
	bed.Shell(t, "echo '0 0 1' >/sys/class/scsi_host/host2/scan")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// Where the undo has to write, more is left than was asked.
func TestWhereTheUndoWritesMoreIsLeft(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.fill")
	i := bed.LongRun("run-root", "ann@desk").Struck(t, &disk.Fill{Mount: "/", Leave: 1 << 20})
	require.Contains(t, i.Targets()[0].Effect, "asked 65536;")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	i = bed.LongRun("run-database", "ann@desk").Struck(t, &disk.Fill{Mount: "/var/lib/mysql", Leave: 1 << 20})
	require.Contains(t, i.Targets()[0].Effect, "asked 1024;")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// The kernel refuses it where a database runs, and nothing is left of the try.
func TestWhatAServiceWritesToIsNotMadeReadOnly(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.readonly")
	i := bed.LongRun("run-busy", "ann@desk").Armed(t, &disk.ReadOnly{Mount: "/var/lib/mysql"})
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "mount: /var/lib/mysql: mount point is busy.")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, "0", bed.Shell(t, "grep -c ' /var/lib/mysql ext4 ro' /proc/mounts"))
	bed.Clean(t)
}

// What a fault has left at the top of a file system is found and removed.
func TestResidueOfAFullDisk(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "disk.fill")
	bed.Shell(t, "touch /srv/eris-0f0f0f0f-x-1-1.fill /srv/eris-notours.fill; mkdir -p /var/lib/mysql/eris-0f0f0f0f-x-1-2.inodes /var/tmp/eris-0f0f0f0f-x-1-3-load-io")
	d := faults.Doctor(t.Context(), bed.Runner, []string{struck})[0]
	require.Len(t, d.Residue, 3, "%+v", d.Residue)
	require.True(t, faults.Heal(t.Context(), bed.Runner, []string{struck}, 0)[0].OK())
	require.Equal(t, "eris-notours.fill", bed.Shell(t, "ls /srv"))
	bed.Clean(t)
}

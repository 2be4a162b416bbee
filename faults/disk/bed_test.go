package disk_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// mapped is the volume of the beds, which nothing is mounted from.
const mapped = "/dev/mapper/data-volume"

// lone is the SCSI disk of the beds, which nobody uses.
const lone = "/dev/disk/by-id/wwn-0x33333330000007d0"

// struck is the node of the beds, with a file system of its own at /srv.
const struck = "ctl-3"

// bedOf is a service on a node of the cloud in an inventory, the one that is
// there soonest after a reboot.
func bedOf(t *testing.T, file, kind string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: changedBy(kind), Disturb: disturbance(kind),
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck), Service: cloud.ServiceByName("memcached"),
	}
}

// changedBy tries what the fault is to make impossible.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
	if strings.Contains(kind, "detach") {
		return unattached
	}
	if strings.Contains(kind, "slow") || strings.Contains(kind, "error") {
		return unread
	}
	try := "head -c 8388608 /dev/urandom >/srv/try"
	switch {
	case strings.Contains(kind, "inodes"):
		try = "mkdir /srv/try && for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do : >/srv/try/$n || exit 1; done"
	case strings.Contains(kind, "readonly"):
		try = ": >/srv/try"
	}
	return func(t testing.TB, bed faulttest.Bed) bool {
		t.Helper()
		if bed.Kind == inventory.Simulated {
			try = strings.Replace(try, "head -c 8388608 /dev/urandom >/srv/try", "fallocate -l 8MiB /srv/try", 1)
		}
		said := bed.Shell(t, "(%s) >/dev/null 2>&1; code=$?; rm -rf /srv/try; echo $code", try)
		code, err := strconv.Atoi(said)
		require.NoError(t, err)
		return code != 0
	}
}

// unread says whether the volume cannot be read, or not in half of the time that it
// is to take longer. A node that has none has it as before.
func unread(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	if bed.Shell(t, "dmsetup table %s 2>/dev/null || true", mapped) == "" {
		return false
	}
	return faulttest.Always(3, 100*time.Millisecond, func() bool {
		said := bed.Shell(t, "began=$(date +%%s%%N); dd if=%s of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null || echo failed; echo $((($(date +%%s%%N) - began) / 1000000))", mapped)
		took, err := strconv.Atoi(said)
		return err != nil || time.Duration(took)*time.Millisecond > slower/2
	})
}

// unattached says whether a disk that the node had is not there. A node that never
// had it has it as before.
func unattached(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	if bed.Kind != inventory.Simulated {
		return false
	}
	return bed.Shell(t, "if [ -e %s ]; then head -c 512 %[1]s | wc -c; fi", lone) != "512"
}

// slower is how much longer a read takes in the tests.
const slower = 400 * time.Millisecond

// newFault is a kind with the arguments that the beds need.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	switch f := fault.(type) {
	case *disk.Slow:
		f.Device, f.Read = mapped, slower
	case *disk.Error:
		f.Device = mapped
	case *disk.Detach:
		f.Device = lone
	}
	return fault, ok
}

// disturbance is something foreign that a kind's fingerprint sees.
func disturbance(kind string) func(t testing.TB, bed faulttest.Bed) func() {
	switch {
	case strings.Contains(kind, "slow"), strings.Contains(kind, "error"):
		return foreignTable
	case strings.Contains(kind, "detach"):
		return foreignTimeout
	}
	return foreignFile
}

// foreignTable loads a table that does not count yet, as who resizes a volume does.
func foreignTable(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, "dmsetup table %s >/run/foreign && dmsetup load %[1]s /run/foreign", mapped)
	return func() { bed.Shell(t, "dmsetup clear %s; rm /run/foreign", mapped) }
}

// foreignTimeout has the adapter look for its disks, and sets how long one may take,
// as who tunes a disk that has come back does.
func foreignTimeout(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	const set = "echo '0 0 1' >/sys/class/scsi_host/host2/scan; echo %d >/sys/block/$(basename $(readlink -f %s))/device/timeout"
	bed.Shell(t, set, 77, lone)
	return func() { bed.Shell(t, set, 30, lone) }
}

// foreignFile makes a file of no fault of this run.
func foreignFile(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	const name = "/srv/eris-0f0f0f0f-other-1-1.fill"
	bed.Shell(t, "touch %s", name)
	return func() { bed.Shell(t, "rm %s", name) }
}

//go:build lab

package disk_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// labBed is a node of the shared lab, which the test has to itself. After a
// reboot its disk is there only when somebody mounts it, which is later than the
// undo at boot begins.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck)
	bed := bedOf(t, berth.Inventory, kind)
	again := faulttest.Disk(t, bed)
	bed.Reboot = func(ctx context.Context) error {
		if err := berth.Reboot(ctx); err != nil {
			return err
		}
		again()
		return nil
	}
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, t.Name())
	f(t, bed)
}

// lacks says what the lab's nodes do not have: the kernel's device mapper, or a device
// of it, which would be this machine's, or a disk of SCSI. A guest has all.
func lacks(_ *testing.T, kind string) string {
	if kind == "disk.slow" || kind == "disk.error" {
		return "device mapper"
	}
	if kind == "disk.detach" {
		return lone + " is not there"
	}
	return ""
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "disk", newFault, lacks)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	able := slices.DeleteFunc(faulttest.Kinds(t, "disk"), func(kind string) bool { return lacks(t, kind) != "" })
	familytest.EngineKilled(t, faulttest.Sample(t, able), newFault, func(t *testing.T, kind string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, kind)
	})
}

func TestWhatIsOpenForWritingIsNotMadeReadOnlyOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "disk.readonly")
	bed.Shell(t, "systemd-run --quiet --collect --unit=writer sh -c 'exec sleep 600 >/srv/open'; until [ -e /srv/open ]; do sleep 0.1; done")
	said := bed.Refusal(t, disk.NewReadOnly())
	require.Contains(t, said, "has /srv/open open for writing")
	require.Contains(t, bed.Refusal(t, &disk.ReadOnly{Mount: "/run"}), "the file system of /run", "the undo writes there, and it may be mounted in several places")
	bed.Shell(t, "systemctl stop writer; rm /srv/open")
	require.Empty(t, bed.Refusal(t, disk.NewReadOnly()))
}

// A file system that is mounted a second time, or a part of which is, would be
// struck there too.
func TestAFileSystemThatIsMountedTwiceIsLeftAloneOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "disk.fill")
	require.Empty(t, bed.Refusal(t, disk.NewFill()))
	bed.Shell(t, "mkdir -p /srv/part /mnt/part && mount --bind /srv/part /mnt/part")
	for _, fault := range []faults.Fault{disk.NewFill(), disk.NewInodes(), disk.NewReadOnly()} {
		require.Contains(t, bed.Refusal(t, fault), "the file system of /srv is mounted at /mnt/part too")
	}
	bed.Shell(t, "umount /mnt/part && rmdir /mnt/part /srv/part")
	require.Empty(t, bed.Refusal(t, disk.NewFill()))
}

//go:build guest

package disk_test

import (
	_ "embed"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/guest"
)

//go:embed testdata/guest.sh
var onGuest string

//go:embed testdata/guest.txt
var saidByGuest string

// What a kernel does that has a device mapper and SCSI disks: the nodes of the lab have
// neither. In testdata/guest.txt MS stands for as long as it took.
func TestWhatTheKernelDoesWithDisksOnAGuest(t *testing.T) {
	files := faulttest.Steps(t, map[string]faults.Fault{
		"disk.slow":   &disk.Slow{Device: mapped, Read: 200 * time.Millisecond, Write: 300 * time.Millisecond},
		"disk.error":  &disk.Error{Device: mapped},
		"disk.detach": &disk.Detach{Device: lone},
	}, faults.Target{Node: &inventory.Node{Name: "ctl-1"}, Cloud: &inventory.Cloud{}})
	said, err := guest.Guest{
		Programs: []string{
			"sh", "dmsetup", "mkfs.ext4", "umount", "sync", "dd", "df", "sed", "cut", "grep", "head", "tail", "sort", "date", "uname", "readlink", "cat", "mkdir", "rm", "tr", "ls", "ln", "sleep", "cp", "sync",
		},
		Modules: []string{"brd", "dm-mod", "dm-delay", "dm-flakey", "scsi_debug", "sd_mod", "ext4", "crc32c_generic"},
		Files:   files, Script: onGuest,
	}.Run(t.Context())
	t.Log(said)
	require.NoError(t, err)
	require.Equal(t, saidByGuest, regexp.MustCompile(`was read in [0-9]+ ms`).ReplaceAllString(said, "was read in MS ms"))
}

//go:build guest

package cinder_test

import (
	_ "embed"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/cinder"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/guest"
)

//go:embed testdata/guest.sh
var onGuest string

//go:embed testdata/guest.txt
var saidByGuest string

// What open-iscsi and a kernel that has iSCSI do, with a target of tgt in the same
// guest that is reached by two portals. In testdata/guest.txt N stands for the numbers
// that are others with each login.
func TestWhatOpenISCSIDoesOnAGuest(t *testing.T) {
	files := faulttest.Steps(t, map[string]faults.Fault{
		"all": &cinder.ISCSILogout{Target: iqn}, "one": &cinder.ISCSILogout{Target: iqn, Portal: first},
	}, faults.Target{Node: &inventory.Node{Name: "cmp-1"}, Cloud: &inventory.Cloud{}})
	files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\n" // iscsid asks who talks to it
	files["/etc/iscsi/iscsid.conf"] = "node.startup = manual\n"
	files["/etc/iscsi/initiatorname.iscsi"] = "InitiatorName=iqn.1993-08.org.debian:01:guest\n"
	said, err := guest.Guest{
		Programs: []string{
			"sh", "iscsid", "iscsiadm", "tgtd", "tgtadm", "dmsetup", "mkfs.ext4", "umount", "blockdev", "losetup", "cp", "mv", "sync",
			"readlink", "sed", "cut", "grep", "head", "tail", "sort", "tr", "ls", "ln", "timeout", "cat", "mkdir", "rm", "sleep", "truncate", "wc",
		},
		Modules: []string{"iscsi_tcp", "sd_mod", "loop", "dm-mod", "dm-multipath", "dm-round-robin", "ext4", "crc32c_generic"},
		Files:   files, Script: onGuest,
	}.Run(t.Context())
	t.Log(said)
	require.NoError(t, err)
	said = regexp.MustCompile(`\bsd[a-z]\b`).ReplaceAllString(said, "sdN")
	require.Equal(t, saidByGuest, regexp.MustCompile(`\(process [0-9]+\)`).ReplaceAllString(said, "(process N)"))
}

//go:build guest

package node_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/testenv/guest"
)

// onKernel strikes the kernel that it runs on, and goes on in the boot that follows: of
// the first one nothing is left but what was on the disk.
const onKernel = `. /step.sh
modprobe virtio_pci; modprobe virtio_blk; modprobe crc32c_generic; modprobe ext4
mkdir -p /var/lib/eris
mount -t ext4 /dev/vda /var/lib/eris || exit 1
mkdir -p "/run/eris/$NAME"
kept=/var/lib/eris/$NAME
boot=$(cat /proc/sys/kernel/random/boot_id)
if [ -e "$kept/began" ]; then
	cp "$kept/began" "$kept/boot" "/run/eris/$NAME/"
	if [ "$(cat "$kept/boot")" != "$boot" ]; then echo "another boot, the disk has $(cat "$kept/state")"; fi
	results "$NAME" observe undo undo observe
	exit 0
fi
mkdir -p "$kept"
cat /proc/sys/kernel/random/boot_id >"/run/eris/$NAME/boot"
cp "/run/eris/$NAME/boot" "$kept/boot"
sync
echo injecting >"/run/eris/$NAME/state" # as the guard has written them when it injects
: >"/run/eris/$NAME/log"
results "$NAME" preflight fingerprint observe undo
results "$NAME" inject
echo "it goes on"
`

// A panic and a reset of a real kernel, which neither a lab's nodes nor this machine may
// have: what was noted before is on the disk, and the next boot tells that the fault was.
func TestTheKernelOfAGuestGoes(t *testing.T) {
	for name, fault := range map[string]faults.Fault{"node.crash": &node.Crash{}, "node.reset": &node.Reset{}} {
		t.Run(name, func(t *testing.T) {
			files := faulttest.Steps(t, map[string]faults.Fault{name: fault}, target("ctl-1"))
			files["/bin/systemd-detect-virt"] = "#!/bin/sh\necho none\nexit 1\n"
			files["/bin/systemctl"] = "#!/bin/sh\necho active\n"
			said, err := guest.Guest{
				Programs: []string{"date", "sed", "sort", "tr", "cat", "mkdir", "rm", "cp", "basename", "sync", "grep", "cut", "head"},
				Modules:  []string{"virtio_pci", "virtio_blk", "crc32c_generic", "ext4"}, Files: files, Script: "NAME=" + name + "\n" + onKernel, Disk: true,
			}.Run(t.Context())
			t.Log(said)
			require.NoError(t, err)
			require.Regexp(t, `^`+name+` preflight ok: ,
`+name+` fingerprint ok: .*
`+name+` observe failed: ,
`+name+` undo ok: ,
another boot, the disk has injecting
`+name+` observe ok: boot \S+ is over, and [0-9]+ ms after it went boot \S+ undoes it,
`+name+` undo ok: ,
`+name+` undo ok: ,
`+name+` observe failed: ,
$`, said)
		})
	}
}

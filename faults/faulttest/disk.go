package faulttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote"
)

// Disk gives the bed's node a small file system of its own at /srv, with a block
// device below it, for as long as the test lasts: ext4 of 64 MiB with some 2000
// inodes, in a file. The returned function mounts it again after a reboot.
func Disk(t testing.TB, bed Bed) (again func()) {
	t.Helper()
	again = func() {
		require.Empty(t, bed.Shell(t, `{
	[ -e /dev/loop-control ] || mknod -m 600 /dev/loop-control c 10 237
	for try in 1 2 3 4 5 6 7 8; do # another node of this kernel may take it first
		loop=$(losetup -f)
		[ -e "$loop" ] || mknod -m 660 "$loop" b 7 "${loop#/dev/loop}"
		said=$(mount -o loop="$loop" /var/tmp/disk.img /srv 2>&1) && said= && break
	done
	echo "$said"
} 2>&1`))
	}
	bed.Shell(t, "umount /srv 2>/dev/null; rm -f /var/tmp/disk.img; truncate -s 64M /var/tmp/disk.img && mkfs.ext4 -q -m 0 -N 2000 /var/tmp/disk.img")
	again()
	t.Cleanup(func() {
		// The test's own context has ended.
		result := bed.Runner.Run(context.WithoutCancel(t.Context()), bed.Node.Name, remote.Command{Script: "umount /srv; rm -f /var/tmp/disk.img", Root: true, Timeout: time.Minute})
		require.True(t, result.OK(), "%+v", result)
	})
	return again
}

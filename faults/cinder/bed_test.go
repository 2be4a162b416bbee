package cinder_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/cinder"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// The target into which the beds are logged in, by two portals.
const (
	iqn   = "iqn.2010-10.org.openstack:volume-1"
	first = "198.18.0.31:3260"
)

// newFault is a kind with the arguments that the beds need.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	if f, is := fault.(*cinder.ISCSILogout); is {
		f.Target = iqn
	}
	return fault, ok
}

// bedOf is a node of the cloud in an inventory that is logged in to the target.
func bedOf(t *testing.T, file string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: lacksVolumes, Disturb: foreignTimeout,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("ctl-3"), Service: cloud.ServiceByName("memcached"),
	}
}

// disks lists the disks that a node has by iSCSI.
const disks = `for disk in /sys/class/iscsi_session/session*/device/target*/*/block/*; do if [ -e "$disk" ]; then echo "${disk##*/}"; fi; done`

// lacksVolumes says whether a node that knows iSCSI has other than two disks by it.
func lacksVolumes(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	if bed.Kind != inventory.Simulated {
		return false
	}
	return bed.Shell(t, "(%s) | while read -r disk; do head -c 512 /dev/$disk | wc -c; done | grep -c -x 512 || true", disks) != "2"
}

// foreignTimeout logs in, and sets how long a disk may take, as who tunes disks does
// when they have come back.
func foreignTimeout(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	const set = "iscsiadm -m node -T %s -p %s --login 2>/dev/null; (%s) | head -n 1 | while read -r disk; do echo %d >/sys/block/$disk/device/timeout; done"
	bed.Shell(t, set, iqn, first, disks, 77)
	return func() { bed.Shell(t, set, iqn, first, disks, 30) }
}

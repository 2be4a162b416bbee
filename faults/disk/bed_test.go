package disk_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// struck is the node of the beds, with a file system of its own at /srv.
const struck = "ctl-3"

// bedOf is a service on a node of the cloud in an inventory, the one that is
// there soonest after a reboot.
func bedOf(t *testing.T, file, kind string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: changedBy(kind), Disturb: foreignFile,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck), Service: cloud.ServiceByName("memcached"),
	}
}

// changedBy tries what the fault is to make impossible.
func changedBy(kind string) func(t testing.TB, bed faulttest.Bed) bool {
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

// foreignFile makes a file of no fault of this run.
func foreignFile(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	const name = "/srv/eris-0f0f0f0f-other-1-1.fill"
	bed.Shell(t, "touch %s", name)
	return func() { bed.Shell(t, "rm %s", name) }
}

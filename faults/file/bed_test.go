package file_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/file"
	"github.com/openstack-eris/eris/inventory"
)

// struck is the node of the beds, and state the file on it.
const (
	struck = "ctl-3"
	state  = "/var/lib/example/state.dat"
)

// newFault is a fault of a kind, aimed at what both beds have.
func newFault(kind string) (faults.Fault, bool) {
	fault, ok := faulttest.New(kind)
	switch short := fault.(type) {
	case *file.Remove:
		short.Path = state
	case *file.Corrupt:
		short.Path, short.Offset = state, 4
	}
	return fault, ok
}

// bedOf is a service on a node of the cloud in an inventory, with a file.
func bedOf(t *testing.T, inventoryFile string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(inventoryFile)
	require.NoError(t, err)
	bed := faulttest.Bed{
		Changed: unreadable, Disturb: anothers,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck), Service: cloud.ServiceByName("memcached"),
	}
	bed.Shell(t, "mkdir -p /var/lib/example && %s && chmod 640 %s && chown 7:8 %[2]s && sync %[2]s", writes(whole), state)
	return bed
}

// whole is what is in the file.
const whole = "version: 1\nseqno: -1\nsafe to begin with: 0"

// writes is the command by which somebody else writes the file.
func writes(content string) string {
	return "printf '%s' '" + content + "' >" + state
}

// unreadable tells whether who opens the file does not read what was in it.
func unreadable(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	return bed.Shell(t, "cat %s 2>/dev/null || true", state) != whole
}

// anothers is what another fault of that file has left.
func anothers(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, "mkdir /eris-0f0f0f0f-other-1-1.file && echo %s >/eris-0f0f0f0f-other-1-1.file/path", state)
	return func() { bed.Shell(t, "rm -r /eris-0f0f0f0f-other-1-1.file") }
}

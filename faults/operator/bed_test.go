package operator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/operator"
	"github.com/openstack-eris/eris/inventory"
)

const (
	struck  = "ctl-3"
	pages   = "../../docs"
	example = "own-scripts/wrong-address" // that of the page
	name    = "identity.example.org"
	address = "192.0.2.7"
)

// scriptsIn is script.run with the scripts of a folder.
func scriptsIn(dir, folder string, args ...string) (*operator.Run, error) {
	run := &operator.Run{Folder: folder, Args: args}
	return run, run.ReadFiles(dir)
}

// faultOf is the family's one kind, with the scripts of its page.
func faultOf(kind string) (faults.Fault, bool) {
	run, err := scriptsIn(pages, example, name, address)
	return run, err == nil && kind == "script.run"
}

// bedOf is a node of the cloud in an inventory, or a service on it.
func bedOf(t *testing.T, file, service string) faulttest.Bed {
	t.Helper()
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	return faulttest.Bed{
		Changed: misled, Disturb: foreignLine,
		Runner: faulttest.Pool(t, cloud), Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName(struck), Service: cloud.ServiceByName(service),
	}
}

// misled tells that the node has an address for the name, which nobody else
// gives it.
func misled(t testing.TB, bed faulttest.Bed) bool {
	t.Helper()
	getent := "getent -s hosts:files" // nothing of it waits for a resolver
	if bed.Kind == inventory.Simulated {
		getent = "getent"
	}
	return bed.Shell(t, "%s hosts %s", getent, name) != ""
}

// foreignLine gives the node another name in the same file.
func foreignLine(t testing.TB, bed faulttest.Bed) func() {
	t.Helper()
	bed.Shell(t, "echo 192.0.2.9 foreign.example.org >>/etc/hosts")
	return func() {
		require.Equal(t, "1", bed.Shell(t, "grep -c foreign.example.org /etc/hosts"))
		bed.Shell(t, "sed -i /foreign.example.org/d /etc/hosts")
	}
}

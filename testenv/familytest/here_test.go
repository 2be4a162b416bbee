//go:build lab

package familytest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/fabric"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/operator"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
)

const desk = `version: eris/v1
cloud: {name: racks, kind: lab, chaos: allowed}
nodes: {n1: {address: 192.0.2.11, switch: sw-1}}
machines: {desk: {local: true}}
switches: {sw-1: {on: desk, netns: racks, devices: [sw-1]}}
`

func deskBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "inventory.yaml")
	require.NoError(t, os.WriteFile(file, []byte(desk), 0o600))
	cloud, err := inventory.Load(file)
	require.NoError(t, err)
	pool := faulttest.Pool(t, cloud)
	return faulttest.Bed{
		Changed: familytest.Unbridged, Disturb: familytest.ForeignAddress("sw-1"), Runner: pool, Rootless: nobody{pool},
		Kind: cloud.Kind, Cloud: cloud, Node: cloud.NodeByName("desk"),
	}, file
}

// nobody runs what is to be run as root as somebody who is not.
type nobody struct{ remote.Runner }

func (n nobody) Run(ctx context.Context, node string, cmd remote.Command) remote.Result {
	cmd.Args = append([]string{cmd.Script}, cmd.Args...)
	cmd.Script = `script=$1; shift; exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$script" eris "$@"`
	return n.Runner.Run(ctx, node, cmd)
}

func TestASwitchOfThisMachineWithoutSystemd(t *testing.T) {
	if !familytest.Alone(t) {
		return
	}
	said, err := exec.CommandContext(t.Context(), "sh", "-c", familytest.Racks).CombinedOutput()
	require.NoError(t, err, "%s", said)
	t.Run("a container ends with its dead-man", func(t *testing.T) {
		bed, _ := deskBed(t)
		fault := &fabric.Switch{Switch: "sw-1"}
		require.Empty(t, bed.Refusal(t, fault))
		marker, err := os.ReadFile(familytest.Marker)
		require.NoError(t, err)
		require.NoError(t, os.Remove(familytest.Marker))
		require.Contains(t, bed.Refusal(t, fault), "this is a container, or has its processes apart from the machine's")
		require.NoError(t, os.WriteFile(familytest.Marker, marker, 0o644))
	})
	faulttest.Sleepers(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := deskBed(t)
		f(t, bed)
	}, func() faults.Fault { return &fabric.Switch{Switch: "sw-1"} })
	t.Run("its engine is killed", func(t *testing.T) {
		familytest.EngineKilled(t, []string{"network.switch"}, switchOf, func(t *testing.T, _ string) (faulttest.Bed, string) {
			t.Helper()
			return deskBed(t)
		})
	})
}

func TestMain(m *testing.M) {
	faulttest.Engine(switchOf, nil)
	os.Exit(m.Run())
}

func switchOf(kind string) (faults.Fault, bool) {
	return &fabric.Switch{Switch: "sw-1"}, kind == "network.switch"
}

// marker are the operator's scripts: what they make is a file under /run.
func marker(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for step, text := range map[string]string{
		"inject": `touch /run/marked`, "observe": `[ -e /run/marked ] && echo "it is marked"`, "undo": `rm -f /run/marked`,
		"verify": `if [ -e /run/marked ]; then echo "it is marked"; exit 1; fi`, "fingerprint": `ls -d /run/mark* /run/foreign 2>/dev/null || true`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, step), []byte("#!/bin/sh\n"+text+"\n"), 0o600))
	}
	return folder
}

func TestAScriptOnThisMachineWithoutSystemd(t *testing.T) {
	if !familytest.Alone(t) {
		return
	}
	folder := marker(t)
	faulttest.Sleepers(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		bed, _ := deskBed(t)
		bed.Changed = func(t testing.TB, bed faulttest.Bed) bool {
			t.Helper()
			return bed.Shell(t, "ls -d /run/marked 2>/dev/null | grep -c .") == "1"
		}
		bed.Disturb = func(t testing.TB, bed faulttest.Bed) func() {
			t.Helper()
			bed.Shell(t, "touch /run/foreign")
			return func() { bed.Shell(t, "rm /run/foreign") }
		}
		f(t, bed)
	}, func() faults.Fault {
		run := &operator.Run{Folder: folder, Gone: true, Loses: inventory.Selector{Node: "n1"}}
		require.NoError(t, run.ReadFiles(""))
		return run
	})
}

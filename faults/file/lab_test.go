//go:build lab

package file_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/file"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// labBed is a node of the shared lab, which the test has to itself.
func labBed(t *testing.T) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck)
	bed := bedOf(t, berth.Inventory)
	bed.Reboot = berth.Reboot
	t.Cleanup(func() {
		// The test's own context has ended.
		result := bed.Runner.Run(context.WithoutCancel(t.Context()), struck, remote.Command{Script: "rm -rf /var/lib/example", Root: true})
		require.True(t, result.OK(), "%+v", result)
	})
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t)
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "file", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "file")), newFault, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t)
	})
}

func TestForeignOnARealNode(t *testing.T) {
	foreign(t, onLab)
}

func TestResidueOnARealNode(t *testing.T) {
	onLab(t, residue)
}

func TestANewFileIsKeptOnARealNode(t *testing.T) {
	onLab(t, keeps)
}

func TestWhatIsRefusedOnARealNode(t *testing.T) {
	onLab(t, refuses)
}

// What somebody has open for writing is refused, or is the same file afterwards
// with all that he has written meanwhile.
func TestAFileThatIsOpenForWritingOnARealNode(t *testing.T) {
	bed, _ := labBed(t)
	bed.Shell(t, "systemd-run --quiet --collect --unit=writer sh -c 'exec >>%s; touch /var/lib/example/opened; until [ -e /var/lib/example/go ]; do sleep 0.1; done; echo; echo more; touch /var/lib/example/gone; exec sleep 600'; until [ -e /var/lib/example/opened ]; do sleep 0.1; done; rm /var/lib/example/opened", state)
	remove := file.NewRemove()
	remove.Path = state
	require.Regexp(t, `sh \(process [0-9]+\) has /var/lib/example/state.dat open for writing`, bed.Refusal(t, remove))
	remove.Open = true
	number := bed.Shell(t, "stat -c %%i %s", state)
	i := bed.LongRun("run-open", "ann@desk").Struck(t, remove)
	bed.Shell(t, "touch /var/lib/example/go; until [ -e /var/lib/example/gone ]; do sleep 0.1; done; [ ! -e %s ]", state)
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State())
	require.Equal(t, whole+"\nmore", bed.Shell(t, "cat %s", state))
	require.Equal(t, number+" 640 7:8", bed.Shell(t, "stat -c '%%i %%a %%u:%%g' %s", state))
	bed.Shell(t, "systemctl stop writer")
	bed.Clean(t)
}

// Bytes, owner, mode, times, access lists and what else is noted of the file are
// those that it had, since it is the same one.
func TestItIsTheSameFileOnARealNode(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "file") {
		t.Run(kind, func(t *testing.T) {
			bed, _ := labBed(t)
			bed.Shell(t, "head -c 100000 /dev/urandom >%s && touch -d '2020-02-02 02:02:02.123456789' %[1]s && chmod 4640 %[1]s", state)
			const look = "stat -c '%%i %%a %%u:%%g %%s %%y %%h' %s; sha256sum %[1]s"
			before := bed.Shell(t, look, state)
			fault, _ := newFault(kind)
			i := bed.LongRun("run-same", "ann@desk").Struck(t, fault)
			require.NotEqual(t, before, bed.Shell(t, look+" 2>&1", state))
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			require.Equal(t, record.Undone, i.State())
			require.Equal(t, before, bed.Shell(t, look, state))
			bed.Clean(t)
		})
	}
}

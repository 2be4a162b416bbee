//go:build lab

package lab

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

func testPause(t *testing.T, o Options) {
	t.Helper()
	const ticks = "cat /run/ticks 2>/dev/null | wc -l"
	on(t, o, "ctl-1", "systemd-run --quiet --collect sh -c 'while :; do echo >>/run/ticks; sleep 0.05; done'")
	began := time.Now()
	require.NoError(t, Pause(t.Context(), o))
	require.Less(t, time.Since(began), 5*time.Second)
	require.NoError(t, Pause(t.Context(), o), "paused already")
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Paused)
	require.False(t, s.Healthy)
	require.Contains(t, s.Wrong[0], "it is paused")
	const still = "is paused; `eris lab resume` goes on with it"
	require.ErrorContains(t, PowerOff(t.Context(), o, "ctl-1"), still)
	require.ErrorContains(t, PowerCycle(t.Context(), o, "ctl-1"), still)
	_, err = PowerStatus(t.Context(), o, "ctl-1")
	require.ErrorContains(t, err, still)
	before := on(t, o, "ctl-1", ticks)
	require.Equal(t, before, on(t, o, "ctl-1", "sleep 1; "+ticks), "a process that is paused does not go on")
	began = time.Now()
	require.NoError(t, Resume(t.Context(), o))
	require.Less(t, time.Since(began), 5*time.Second)
	require.NotEqual(t, before, on(t, o, "ctl-1", "sleep 1; "+ticks))
	eventually(t, o, "health", func(s Status) bool { return s.Healthy })
	require.NoError(t, Pause(t.Context(), o))
	require.NoError(t, Up(t.Context(), o), "up goes on with a paused lab")
}

// write leaves a row in the database, and rows reads them all on a node.
func write(t *testing.T, o Options, node, row string) {
	t.Helper()
	on(t, o, node, `mysql -e "CREATE DATABASE IF NOT EXISTS trial; CREATE TABLE IF NOT EXISTS trial.t (r VARCHAR(99) PRIMARY KEY); INSERT INTO trial.t VALUES ('`+row+`')"`)
}

func rows(t *testing.T, o Options, node string) string {
	t.Helper()
	return on(t, o, node, `mysql -N -e "SELECT r FROM trial.t ORDER BY r" | tr '\n' ' '`)
}

// testCutsAndRestarts is one part of a lab's trial: each of these finds what the one before
// it has left.
func testCutsAndRestarts(t *testing.T, o Options) {
	t.Helper()
	for _, step := range []struct {
		name string
		test func(t *testing.T, o Options)
	}{
		{"all nodes lost", testAllLost},
		{"all nodes lost, the latest known to two", testLatestFirst},
		{"all nodes stopped", testAllStopped},
		{"all nodes stopped, and their recovery killed", testRecoveryKilled},
		{"this machine restarted", testMachineRestarted},
		{"reset", testReset},
		{"a second lab", testSecondLab},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.test(t, o) }) {
			t.FailNow()
		}
	}
}

// testAllLost takes the power of all nodes away at once, and gives it back to
// all at once, as after a power cut.
func testAllLost(t *testing.T, o Options) {
	t.Helper()
	write(t, o, "ctl-2", "kept by all")
	atOnce(t, func(node string) error { return PowerOff(t.Context(), o, node) }, "ctl-1", "ctl-2", "ctl-3")
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.False(t, s.Healthy)
	atOnce(t, func(node string) error { return PowerOn(t.Context(), o, node) }, "ctl-1", "ctl-2", "ctl-3")
	eventually(t, o, "health without hands", func(s Status) bool { return s.Healthy })
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		require.Equal(t, "kept by all", rows(t, o, node))
	}
}

// atOnce does something to several nodes.
func atOnce(t *testing.T, do func(node string) error, nodes ...string) {
	t.Helper()
	var group errgroup.Group
	for _, node := range nodes {
		group.Go(func() error { return do(node) })
	}
	require.NoError(t, group.Wait())
}

// testLatestFirst takes the power of one node, lets the others write, and takes
// theirs. None knows any more with whom it made a cluster, so that they cannot find
// one another by that: the lab's own order founds it on one that knows the latest.
func testLatestFirst(t *testing.T, o Options) {
	t.Helper()
	const forget = "rm -f /var/lib/mysql/gvwstate.dat"
	on(t, o, "ctl-1", forget)
	require.NoError(t, PowerOff(t.Context(), o, "ctl-1"))
	eventually(t, o, "a cluster of two", func(s Status) bool {
		for _, n := range s.Nodes {
			if n.Name != "ctl-1" && n.Facts["mariadb.size"] != "2" {
				return false
			}
		}
		return true
	})
	write(t, o, "ctl-2", "known to two")
	for _, node := range []string{"ctl-2", "ctl-3"} {
		on(t, o, node, forget)
	}
	atOnce(t, func(node string) error { return PowerOff(t.Context(), o, node) }, "ctl-2", "ctl-3")
	var said []string
	told := o
	told.Progress = func(step, detail string) {
		said = append(said, step+": "+detail)
		o.Progress(step, detail)
	}
	require.NoError(t, Up(t.Context(), told))
	require.Regexp(t, `mariadb: founded on ctl-[23] \(ranks: ctl-1 (\d+), ctl-2 (\d+), ctl-3 (\d+)\)`, strings.Join(said, "\n"))
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		require.Equal(t, "kept by all known to two", rows(t, o, node))
	}
}

// testAllStopped stops the nodes in order, so that only the last one knows
// what was written last, and none of them would start a cluster by itself.
func testAllStopped(t *testing.T, o Options) {
	t.Helper()
	for i, node := range []string{"ctl-1", "ctl-3", "ctl-2"} {
		write(t, o, "ctl-2", "written while "+[]string{"three", "two", "one"}[i]+" ran")
		on(t, o, node, "systemctl stop mariadb")
	}
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		require.NoError(t, PowerOff(t.Context(), o, node))
	}
	require.NoError(t, Up(t.Context(), o))
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		require.Equal(t, "kept by all known to two written while one ran written while three ran written while two ran", rows(t, o, node))
	}
}

// testRecoveryKilled kills who has founded the cluster anew, before the others have joined.
func testRecoveryKilled(t *testing.T, o Options) {
	t.Helper()
	for _, node := range []string{"ctl-1", "ctl-3", "ctl-2"} {
		on(t, o, node, "systemctl stop mariadb")
	}
	atOnce(t, func(node string) error { return PowerOff(t.Context(), o, node) }, "ctl-1", "ctl-2", "ctl-3")
	killRoleAt(t, "raise", o, "mariadb ctl-1 joins", func() error { return nil })
	require.Contains(t, []string{"inactive", "failed"}, on(t, o, "ctl-3", "systemctl is-active mariadb || :"), "it was stopped, and nobody starts it")
	require.NoError(t, Up(t.Context(), o))
	require.Equal(t, "3", on(t, o, "ctl-3", `mysql -N -e "show status like 'wsrep_cluster_size'" | cut -f 2`))
	left, err := filepath.Glob(filepath.Join(o.paths().dir, "*.begun"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// restartMachine leaves of a lab what a restart of this machine leaves: its
// folder.
func restartMachine(t *testing.T, o Options) {
	t.Helper()
	o, err := o.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	require.NoError(t, killLab(t.Context(), p))
	require.NoError(t, unmountLab(t.Context(), p))
	require.NoError(t, removeCgroups(t.Context(), p.group))
	require.NoError(t, unix.Unmount(p.netnsFile(), unix.MNT_DETACH))
	require.NoError(t, unix.Unlink(p.netnsFile()))
	require.NoError(t, os.Remove(p.claim)) // in memory, as what follows
	require.NoError(t, hostWatchers().giveBack(t.Context()))
	traces, err := filepath.Glob("/run/systemd/nspawn/*/" + o.Name + "-*")
	require.NoError(t, err)
	for _, path := range traces {
		require.NoError(t, os.RemoveAll(path))
	}
	require.Equal(t, []string{"file " + p.dir}, residue(t, o, "none"))
}

func testMachineRestarted(t *testing.T, o Options) {
	t.Helper()
	restartMachine(t, o)
	killRoleAt(t, "raise", o, "nodes switching on", func() error { return nil }) // an up that is cut off is gone on with
	require.NoError(t, Up(t.Context(), o))
	require.Contains(t, rows(t, o, "ctl-1"), "kept by all", "up keeps what was there")
	testHealthy(t, o)
	netns := networkInode(t, o)
	restartMachine(t, o)
	require.NoError(t, Down(t.Context(), o))
	require.Empty(t, residue(t, o, netns))
}

// testReset finds the lab taken down, and makes it of its snapshot twice: by
// up, and by reset when it is broken beyond what up heals.
func testReset(t *testing.T, o Options) {
	t.Helper()
	require.NoError(t, Up(t.Context(), o))
	require.Equal(t, "none", on(t, o, "ctl-1", `mysql -N -e "SHOW DATABASES LIKE 'trial'" | grep . || echo none`), "made of the snapshot, without what came later")
	require.Equal(t, "gone", on(t, o, "ctl-2", "[ -e /var/lib/stays ] || echo gone"))
	testHealthy(t, o)
	testSSH(t, o)
	on(t, o, "ctl-1", "systemctl stop mariadb; rm -rf /var/lib/mysql /etc/keystone")
	require.NoError(t, PowerOff(t.Context(), o, "ctl-2"))
	require.NoError(t, Pause(t.Context(), o))
	require.NoError(t, Reset(t.Context(), o))
	testHealthy(t, o)
	other := o
	other.Name, other.CacheDir = "trial", t.TempDir()
	require.ErrorIs(t, Reset(t.Context(), other), ErrNoSnapshot)
	testHealthy(t, o)
}

// testSecondLab makes another lab with the same addresses beside the first, in
// a network of its own; neither is in the other's way, also when one goes.
func testSecondLab(t *testing.T, o Options) {
	t.Helper()
	second := o
	second.Name = "beside"
	require.NoError(t, Down(t.Context(), second))
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), second)) })
	require.NoError(t, Up(t.Context(), second))
	testHealthy(t, second)
	testHealthy(t, o)
	write(t, second, "ctl-1", "of the second")
	require.Equal(t, "none", on(t, o, "ctl-1", `mysql -N -e "SHOW DATABASES LIKE 'trial'" | grep . || echo none`))
	netns := networkInode(t, second)
	require.NotEqual(t, netns, networkInode(t, o))
	// A node that boots while the second stands has nothing of its disks.
	require.NoError(t, PowerOff(t.Context(), o, "ctl-3"))
	require.NoError(t, PowerOn(t.Context(), o, "ctl-3"))
	require.NoError(t, Down(t.Context(), second))
	require.Empty(t, residue(t, second, netns))
	require.NoError(t, Up(t.Context(), o)) // waits until that node is well again
	testHealthy(t, o)
}

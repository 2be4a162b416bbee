//go:build lab

package lab

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestUpKilledHalfWay kills the making of a lab at several points; whatever
// is there then, down takes all of it away.
func TestUpKilledHalfWay(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	require.NoError(t, Down(t.Context(), o))
	for _, at := range []string{"network", "nodes disks", "nodes booting", "keepalived start", "mariadb found", "galera start", "snapshot the nodes stand still"} {
		t.Run(at, func(t *testing.T) {
			killAt(t, o, at, func() error { return nil })
			netns := networkInode(t, o)
			if _, err := ReadStatus(t.Context(), o); at != "snapshot the nodes stand still" {
				require.ErrorIs(t, err, ErrNotUp)
			}
			_, profile, err := choose(Options{Name: o.Name})
			require.NoError(t, err)
			require.Equal(t, o.Profile, profile.Name, "the next up makes what this one was to be")
			require.NoError(t, Down(t.Context(), o))
			require.Empty(t, residue(t, o, netns))
		})
	}
}

// TestUpKilledWhileTheNodesStandStill leaves a lab that is complete and frozen,
// its disks included: the next up goes on with it.
func TestUpKilledWhileTheNodesStandStill(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	require.NoError(t, Down(t.Context(), o))
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), o)) })
	killAt(t, o, "snapshot the nodes stand still", func() error { return nil })
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	require.True(t, s.Paused)
	o, profile, err := choose(o)
	require.NoError(t, err)
	require.False(t, haveSnapshot(o, profile), "half a snapshot is none")
	require.NoError(t, Up(t.Context(), o))
	require.Equal(t, "written", on(t, o, "ctl-1", "echo written >/var/lib/file && sync && cat /var/lib/file"))
}

// killAt starts the making of a lab in another process and kills that when it
// tells of a step and, after that, once ready is.
func killAt(t *testing.T, o Options, at string, ready func() error) {
	t.Helper()
	killRoleAt(t, "up", o, at, ready)
}

// killRoleAt does so with what the other process is to do.
func killRoleAt(t *testing.T, role string, o Options, at string, ready func() error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+role, nameEnv+"="+o.Name, cacheEnv+"="+o.CacheDir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	require.NoError(t, cmd.Start())
	reached := false
	for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
		reached = strings.HasPrefix(lines.Text(), at)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	readyErr := poll(ctx, at, 20*time.Millisecond, ready)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.True(t, reached, complaint.String())
	require.NoError(t, readyErr)
}

// runningWith lists the processes whose command line holds a text.
func runningWith(text string) []string {
	var found []string
	for _, pid := range allProcesses() {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && bytes.Contains(line, []byte(text)) {
			found = append(found, fmt.Sprintf("%d %q", pid, line))
		}
	}
	return found
}

// TestImageKilledHalfWay kills the building of an image: everything that the
// build has started ends with it, it has mounted nothing that is seen outside,
// and the next builder clears away what it left.
func TestImageKilledHalfWay(t *testing.T) {
	o := Options{Name: "halfway", Profile: "keystone", CacheDir: t.TempDir()}
	t.Cleanup(func() { require.NoError(t, Down(context.WithoutCancel(t.Context()), o)) })
	killAt(t, o, "image base system", func() error {
		if found := runningWith(o.CacheDir); !strings.Contains(strings.Join(found, " "), "sbin/debootstrap") {
			return fmt.Errorf("no debootstrap among %v", found)
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.NoError(t, poll(ctx, "the end of the build", 50*time.Millisecond, func() error {
		if found := runningWith(o.CacheDir); len(found) > 0 {
			return fmt.Errorf("still running: %v", found)
		}
		return nil
	}))
	mounts, err := readMounts()
	require.NoError(t, err)
	require.Empty(t, mountsUnder(mounts, o.CacheDir))
	images := filepath.Join(o.CacheDir, "images")
	left, err := os.ReadDir(images)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.NoError(t, removeHalfBuilt(images))
	left, err = os.ReadDir(images)
	require.NoError(t, err)
	require.Empty(t, left)
}

//go:build lab

package lab

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// kept makes a disk that is mounted in a folder, and unmounted again while a process in a
// mount namespace of its own has a copy of the mount, until it is let go.
func kept(t *testing.T) (dir string, holder *exec.Cmd, hold io.Closer) {
	t.Helper()
	dir = t.TempDir()
	disk, mounted := filepath.Join(dir, "disk"), filepath.Join(dir, "mounted")
	for _, command := range [][]string{
		{"truncate", "-s", "8M", disk}, {"mkfs.ext4", "-q", disk}, {"mkdir", mounted}, {"mount", "-o", "loop", disk, mounted},
	} {
		_, err := run(t.Context(), command...)
		require.NoError(t, err)
	}
	require.Empty(t, mountKeepers(dir), "it is mounted in this namespace alone")
	holder = exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec cat")
	hold, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	_, err = out.Read(make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, unix.Unmount(mounted, 0))
	return dir, holder, hold
}

// A process that has just entered a mount namespace of its own keeps a loop
// device in use after the last unmount here; it is waited for.
func TestALoopDeviceThatAnotherNamespaceStillHas(t *testing.T) {
	dir, holder, hold := kept(t)
	require.NotEmpty(t, loopsUnder(dir), "it is in use")
	time.AfterFunc(time.Second, func() { _ = hold.Close() })
	require.NoError(t, freeLoops(t.Context(), dir))
	require.Empty(t, loopsUnder(dir))
	require.NoError(t, holder.Wait())
}

// A node's disk of which somebody in a mount namespace of its own has a copy, and no file
// open, goes with its folder.
func TestADiskThatOnlyAnotherNamespaceHasGoes(t *testing.T) {
	p := Options{Name: "copied", StateDir: t.TempDir()}.paths()
	image := t.TempDir()
	require.NoError(t, makeDisk(t.Context(), p, "n-1", image, 16))
	holder := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec cat")
	hold, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	_, err = out.Read(make([]byte, 3))
	require.NoError(t, err)
	require.Equal(t, []int{holder.Process.Pid}, mountKeepers(p.dir), "it has a copy")
	require.NoError(t, freeDisks(t.Context(), p))
	require.Empty(t, mountKeepers(p.dir))
	require.Empty(t, loopsUnder(p.dir))
	require.NoError(t, hold.Close())
	require.NoError(t, holder.Wait())
}

// A process in a mount namespace of its own keeps a copy of a mount that is unmounted
// here, and its disk with it: whoever waits for the disk is told which.
func TestWhoKeepsAMountIsNamed(t *testing.T) {
	dir, holder, hold := kept(t)
	require.Equal(t, []int{holder.Process.Pid}, mountKeepers(dir))
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	require.ErrorContains(t, freeDisks(short, paths{dir: dir}), fmt.Sprintf("processes [%d], and others in their mount namespaces", holder.Process.Pid))
	require.NoError(t, hold.Close())
	require.NoError(t, holder.Wait())
	require.NoError(t, freeDisks(t.Context(), paths{dir: dir}))
	require.Empty(t, mountKeepers(dir))
}

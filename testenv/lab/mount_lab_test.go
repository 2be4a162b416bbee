//go:build lab

package lab

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A process in a mount namespace of its own keeps a copy of a mount that is unmounted
// here, and its disk with it: whoever waits for the disk is told which.
func TestWhoKeepsAMountIsNamed(t *testing.T) {
	dir := t.TempDir()
	disk, mounted := filepath.Join(dir, "disk"), filepath.Join(dir, "mounted")
	for _, command := range [][]string{
		{"truncate", "-s", "8M", disk}, {"mkfs.ext4", "-q", disk}, {"mkdir", mounted}, {"mount", "-o", "loop", disk, mounted},
	} {
		_, err := run(t.Context(), command...)
		require.NoError(t, err)
	}
	require.Empty(t, mountKeepers(dir), "it is mounted in this namespace alone")
	holder := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec cat")
	in, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	_, err = out.Read(make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, unix.Unmount(mounted, 0))
	require.Equal(t, []int{holder.Process.Pid}, mountKeepers(dir))
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	require.ErrorContains(t, freeDisks(short, paths{dir: dir}), fmt.Sprintf("processes [%d], and others in their mount namespaces", holder.Process.Pid))
	require.NoError(t, in.Close())
	require.NoError(t, holder.Wait())
	require.NoError(t, freeDisks(t.Context(), paths{dir: dir}))
	require.Empty(t, mountKeepers(dir))
}

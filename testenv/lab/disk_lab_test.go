//go:build lab

package lab

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A process that has just entered a mount namespace of its own keeps a loop
// device in use after the last unmount here; it is waited for.
func TestALoopDeviceThatAnotherNamespaceStillHas(t *testing.T) {
	dir := t.TempDir()
	disk, mounted := filepath.Join(dir, "disk"), filepath.Join(dir, "mounted")
	for _, command := range [][]string{
		{"truncate", "-s", "8M", disk}, {"mkfs.ext4", "-q", disk}, {"mkdir", mounted}, {"mount", "-o", "loop", disk, mounted},
	} {
		_, err := run(t.Context(), command...)
		require.NoError(t, err)
	}
	holder := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec cat")
	in, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	_, err = out.Read(make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, unix.Unmount(mounted, 0))
	require.NotEmpty(t, loopsUnder(dir), "it is in use")
	time.AfterFunc(time.Second, func() { _ = in.Close() })
	require.NoError(t, freeLoops(t.Context(), dir))
	require.Empty(t, loopsUnder(dir))
	require.NoError(t, holder.Wait())
}

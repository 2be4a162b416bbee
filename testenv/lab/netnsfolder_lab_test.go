//go:build lab

package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// The mount that comes with the first namespace goes with the last, where it was not
// there before the labs.
func TestTheFolderOfNamespacesIsGivenBack(t *testing.T) {
	dir := t.TempDir()
	f := folderOfNamespaces{path: filepath.Join(dir, "netns"), mark: filepath.Join(dir, "mark")}
	mount := func() { // as iproute2 does
		require.NoError(t, os.MkdirAll(f.path, 0o755))
		require.NoError(t, unix.Mount(f.path, f.path, "none", unix.MS_BIND, ""))
	}
	t.Cleanup(func() { _ = unix.Unmount(f.path, unix.MNT_DETACH) })
	require.NoError(t, f.giveBack(), "nothing was noted")

	require.NoError(t, f.note())
	mount()
	require.NoError(t, f.note(), "the second lab")
	require.NoError(t, os.WriteFile(filepath.Join(f.path, "another"), nil, 0o600))
	require.NoError(t, f.giveBack())
	mounted, err := f.mounted()
	require.NoError(t, err)
	require.True(t, mounted, "another namespace has a name in it")
	require.NoError(t, os.Remove(filepath.Join(f.path, "another")))
	require.NoError(t, f.giveBack())
	require.NoDirExists(t, f.path)
	require.NoFileExists(t, f.mark)

	mount() // somebody else's
	require.NoError(t, f.note())
	require.NoError(t, f.giveBack())
	require.DirExists(t, f.path)
	mounted, err = f.mounted()
	require.NoError(t, err)
	require.True(t, mounted)
}

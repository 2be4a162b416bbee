package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a command leaves in the background, and is to live on, may be slow to let
// go of its output: that is no failure of the command.
func TestWhatLivesOnInTheBackgroundIsNoFailure(t *testing.T) {
	out, err := run(t.Context(), "sh", "-c", "echo done; sleep 3 &")
	require.NoError(t, err)
	require.Equal(t, "done", out)
	_, err = run(t.Context(), "sh", "-c", "sleep 3 & exit 7")
	require.Error(t, err)
}

// Root's PATH has no sbin after a plain su, or in cron.
func TestProgramsAreFoundWhateverThePath(t *testing.T) {
	t.Setenv("PATH", "/nowhere")
	for _, name := range []string{"sh", "mount"} {
		require.True(t, haveProgram(name), name)
		require.True(t, filepath.IsAbs(program(name)))
	}
	require.False(t, haveProgram("no-such-program"))
	_, err := run(t.Context(), "mount", "--version")
	require.NoError(t, err)
	_, err = run(t.Context(), "no-such-program")
	require.ErrorContains(t, err, "run no-such-program")
}

func TestHalfRemovedIsNotThere(t *testing.T) {
	dir := t.TempDir()
	image := filepath.Join(dir, "bookworm-0123")
	for _, path := range []string{image, image + ".removing"} { // a removal was cut off before
		require.NoError(t, os.MkdirAll(filepath.Join(path, "etc"), 0o755))
	}
	require.NoError(t, removeWhole(image))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	require.NoError(t, os.MkdirAll(filepath.Join(image+".removing", "etc"), 0o755))
	require.NoError(t, removeWhole(image+".removing"))
	require.NoDirExists(t, image+".removing")
}

func TestWhoHoldsAFolderIsFound(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.Empty(t, folderUsers(dir))
	file, err := os.Create(filepath.Join(dir, "open"))
	require.NoError(t, err)
	require.Equal(t, []int{os.Getpid()}, folderUsers(dir))
	require.NoError(t, file.Close())
	require.Empty(t, folderUsers(dir))
}

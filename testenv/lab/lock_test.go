package lab

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A process has one mask for new files: of two locks that it holds, whichever is
// let go of first, the mask is the lab's until both are, and then what it was.
func TestTheMaskIsBackWhenNoLockIsHeld(t *testing.T) {
	current := func() int {
		now := unix.Umask(0o077)
		unix.Umask(now)
		return now
	}
	usual := unix.Umask(0o027)
	defer unix.Umask(usual)
	dir := t.TempDir()
	first, err := lock(t.Context(), filepath.Join(dir, "a"), func() {})
	require.NoError(t, err)
	second, err := lock(t.Context(), filepath.Join(dir, "b"), func() {})
	require.NoError(t, err)
	first()
	require.Equal(t, 0o022, current())
	second()
	require.Equal(t, 0o027, current())
}

package lab

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A container's own limit is in its topmost cgroup, and /proc/meminfo is the host's.
func TestAContainersMemoryIsItsLimit(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"version 2": {"memory.max": "8589934592\n"},
		"version 1": {"memory.limit_in_bytes": "8589934592\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
			}
			require.Equal(t, 8192, memoryLimit([]mountPoint{{path: t.TempDir()}, {path: dir}}))
		})
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "memory.max"), []byte("max\n"), 0o600))
	require.Equal(t, math.MaxInt, memoryLimit([]mountPoint{{path: dir}}))
}

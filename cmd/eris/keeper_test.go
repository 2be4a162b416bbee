package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/openstack-eris/eris/faults/outside"
)

// Whoever takes away the network that a guard is in finds it by its mark.
func TestAGuardBearsTheMarkOfItsFault(t *testing.T) {
	folder := t.TempDir()
	task := filepath.Join(folder, "task")
	require.NoError(t, unix.Mkfifo(task, 0o600)) // the guard waits for what it is to do
	require.NoError(t, startGuard(folder))
	var environ []byte
	require.Eventually(t, func() bool {
		processes, err := filepath.Glob("/proc/[0-9]*")
		require.NoError(t, err)
		for _, process := range processes {
			if program, err := os.Readlink(process + "/exe"); err == nil && program == filepath.Join(folder, "eris") {
				environ, _ = os.ReadFile(process + "/environ")
			}
		}
		return len(environ) > 0
	}, 20*time.Second, 20*time.Millisecond)
	require.Contains(t, bytes.Split(environ, []byte{0}), []byte(outside.Mark(folder)))
	require.NoError(t, os.WriteFile(task, nil, 0o600)) // nothing: it ends
}

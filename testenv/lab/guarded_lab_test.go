//go:build lab

package lab

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/outside"
)

// TestDownEndsTheWorkersOfPowerFaultsInItsNetwork needs a lab's network and no
// node. Whoever else is in that network is told of and left.
func TestDownEndsTheWorkersOfPowerFaultsInItsNetwork(t *testing.T) {
	o, err := Options{Name: "guarded", StateDir: t.TempDir()}.withDefaults()
	require.NoError(t, err)
	p := o.paths()
	require.NoError(t, Down(t.Context(), o))
	_, err = run(t.Context(), "ip", "netns", "add", p.netns)
	require.NoError(t, err)
	start := func(environ ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "nsenter", "--net="+p.netnsFile(), "sleep", "60")
		cmd.Env = append(os.Environ(), environ...)
		require.NoError(t, cmd.Start())
		return cmd
	}
	worker, other := start(outside.Mark(t.TempDir())), start()
	require.NoError(t, poll(t.Context(), "both to be in the network", 20*time.Millisecond, func() error {
		if len(namespaceUsers(p)) < 2 {
			return errors.New("not yet")
		}
		return nil
	}))
	require.NoError(t, Down(t.Context(), o))
	var ended *exec.ExitError
	require.ErrorAs(t, worker.Wait(), &ended)
	status, ok := ended.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.Equal(t, syscall.SIGKILL, status.Signal())
	require.NoError(t, other.Process.Signal(syscall.Signal(0)))
	require.NoError(t, other.Process.Kill())
	_ = other.Wait()
	require.NoFileExists(t, p.netnsFile())
	require.NoFileExists(t, p.claim)
}

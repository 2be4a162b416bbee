package service_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
)

// To ask systemd takes longer than the kill itself, and longest right after it.
func TestThatTheProcessesAreGoneIsAskedOfTheKernelFirst(t *testing.T) {
	t.Parallel()
	s, err := service.NewKill().Scripts(target(inventory.Unit, "keystone.service", nil))
	require.NoError(t, err)
	alive := os.Getpid()
	const dead = 1 << 23 // beyond what a kernel numbers
	for name, c := range map[string]struct {
		state, killed string
		asked         bool
	}{
		"all are gone":                  {"injecting", fmt.Sprint(dead, dead, dead+1), false},
		"one still runs":                {"injecting", fmt.Sprint(dead, dead, alive), true},
		"systemd was asked to kill":     {"injecting", fmt.Sprint(dead), true},
		"nothing was killed":            {"injecting", "", true},
		"the effect has been seen":      {"held", fmt.Sprint(dead, dead), true},
		"a person looks, without state": {"", fmt.Sprint(dead, dead), true},
	} {
		dir := t.TempDir()
		write := func(name, text string, mode os.FileMode) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), mode))
		}
		write("observe.sh", s.Observe, 0o600)
		write("state", c.state+"\n", 0o600)
		write("killed", c.killed+"\n", 0o600)
		write("systemctl", "#!/bin/sh\n: >>asked\necho ActiveState=inactive\necho SubState=dead\n", 0o700)
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"./observe.sh"}, s.Args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", name, said)
		_, err = os.Stat(filepath.Join(dir, "asked"))
		require.Equal(t, c.asked, err == nil, "%s: %s", name, said)
		if !c.asked {
			require.Equal(t, fmt.Sprintf("keystone.service is down, its process %d is gone by SIGKILL\n", dead), string(said))
		}
	}
}

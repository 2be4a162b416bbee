//go:build lab || openstack

package lab

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// killAt starts the making of a lab in another process and kills that when it
// tells of a step and, after that, once ready is.
func killAt(t *testing.T, o Options, at string, ready func() error) {
	t.Helper()
	killRoleAt(t, "up", o, at, ready)
}

// killRoleAt does so with what the other process is to do.
func killRoleAt(t *testing.T, role string, o Options, at string, ready func() error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+role, nameEnv+"="+o.Name, cacheEnv+"="+o.CacheDir, kindEnv+"="+o.Profile)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	require.NoError(t, cmd.Start())
	reached := false
	for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
		reached = strings.HasPrefix(lines.Text(), at)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a server boots on a busy machine
	defer cancel()
	readyErr := poll(ctx, at, 20*time.Millisecond, ready)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.True(t, reached, complaint.String())
	require.NoError(t, readyErr)
}

// runningWith lists the processes whose command line holds a text.
func runningWith(text string) []string {
	var found []string
	for _, pid := range allProcesses() {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && bytes.Contains(line, []byte(text)) {
			found = append(found, fmt.Sprintf("%d %q", pid, line))
		}
	}
	return found
}

package script_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
)

// systemctl stops a dead-man's timers, and with them whoever is in the session of
// the one who has asked for the undo.
const systemctl = `#!/bin/sh
case "$*" in
'stop eris-'*-lease.timer*)
	touch DIR/unarmed
	kill -s KILL -- "-$(cat DIR/session)"
	;;
esac
`

// systemdRun runs a unit: a session of its own.
const systemdRun = `#!/bin/sh
while [ "$1" != sh ]; do shift; done
exec setsid --wait "$@"
`

// From the moment in which the dead-man's timers are stopped nobody would undo or tidy
// up any more: a connection that is cut then must not leave the rest.
func TestASessionThatIsCutWhileTheDeadManIsTakenDownLeavesNothing(t *testing.T) {
	t.Parallel()
	const id = "7f3c0a1e-cut-1-1"
	dir := t.TempDir()
	at := strings.NewReplacer("/run/eris", dir+"/run", "/var/lib/eris", dir+"/lib", "/etc/systemd/system", dir+"/units")
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		writeProgram(t, file, text, mode)
	}
	write("bin/systemctl", strings.ReplaceAll(systemctl, "DIR", dir), 0o700)
	write("bin/systemd-run", systemdRun, 0o700)
	write("units/eris-"+id+"-boot.service", "", 0o600)
	write("run/resources/unit:one/id", id+"\n", 0o600)
	for _, each := range []string{"run/", "lib/"} {
		for name, text := range map[string]string{
			"guard.sh": at.Replace(script.Guard()), "state": "armed\n", "log": "", "args": "", "lease": "5000\n", "undo.sh": "true\n",
		} {
			write(each+id+"/"+name, text, 0o600)
		}
	}

	run := filepath.Join(dir, "run", id)
	session := exec.CommandContext(t.Context(), "sh", "-c", `echo $$ >"$1" && sh "$2"/guard.sh end "$3" heal`, "session", filepath.Join(dir, "session"), run, id)
	session.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	session.Env = append(os.Environ(), "PATH="+dir+"/bin:"+os.Getenv("PATH"))
	var ended *exec.ExitError
	require.ErrorAs(t, session.Run(), &ended)
	require.FileExists(t, filepath.Join(dir, "unarmed"))
	how, ok := ended.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.Equal(t, syscall.SIGKILL, how.Signal(), "it was cut")

	limit, over := context.WithTimeout(t.Context(), time.Minute)
	defer over()
	for _, left := range []string{run, filepath.Join(dir, "lib", id), filepath.Join(dir, "units", "eris-"+id+"-boot.service"), filepath.Join(dir, "run/resources/unit:one")} {
		said, err := exec.CommandContext(limit, "sh", "-c", `while [ -e "$1" ]; do sleep 0.05; done`, "wait", left).CombinedOutput()
		require.NoError(t, err, "%s is left: %s", left, said)
	}
	told, err := os.ReadFile(filepath.Join(dir, "lib", "history", id))
	require.NoError(t, err)
	require.Contains(t, string(told), "verified heal")
}

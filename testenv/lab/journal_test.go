package lab

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/executable"
)

// ask runs the script that a node would run, with a journalctl of the test's.
func ask(t *testing.T, journalctl string, units, globs []string) string {
	t.Helper()
	bin := t.TempDir()
	executable.Write(t, filepath.Join(bin, "journalctl"), "#!/bin/sh\n"+journalctl+"\n")
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-eu", "-c", askWords(units, globs))
	cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestWhatIsShownOfUnitsIsTheirJournalAndTheEndsOfTheirFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, age time.Duration) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, os.Chtimes(file, time.Time{}, time.Now().Add(-age)))
		return file
	}
	old := write("a.log", "long ago\n", time.Hour)
	recent := write("b.log", strings.Repeat("before\n", 50)+"cannot connect\n", 0)
	write("empty.log", "", 0)
	text := ask(t, `echo "asked for $*"`, []string{"a.service", "g@*.service"}, []string{dir + "/*.log", dir + "/none/*", recent})
	require.Contains(t, text, "--unit=a.service --unit=g@*.service")
	require.Contains(t, text, "\n"+recent+":\n  before\n")
	require.Contains(t, text, "  cannot connect\n"+old+":\n  long ago\n", "the one written to last comes first")
	require.Equal(t, logLines-1, strings.Count(text, "before"))
	require.NotContains(t, text, "empty.log")
}

func TestWhatIsShownOfUnitsIsBounded(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat(strings.Repeat("x", 5000)+"\n", 40)), 0o600))
	}
	text := ask(t, "seq 1 3 | sed 's/.*/"+strings.Repeat("y", 5000)+"/'", []string{"a.service"}, []string{dir + "/*"})
	require.Equal(t, logFiles, strings.Count(text, dir))
	require.Less(t, len(text), 3*(lineLength+1)+logFiles*(logLines*(lineLength+3)+200))
	require.Equal(t, 3, strings.Count(text, strings.Repeat("y", lineLength)))
}

func TestAJournalThatCannotBeReadHidesNoFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.log")
	require.NoError(t, os.WriteFile(file, []byte("still here\n"), 0o600))
	text := ask(t, "echo no such unit >&2; exit 1", []string{"a.service"}, []string{file})
	require.Equal(t, "no such unit\n"+file+":\n  still here\n", text)
}

func TestAFailureOnANodeShowsWhatTheNodeSaid(t *testing.T) {
	cause := errors.New("set up mariadb on ctl-2: start: exit status 1")
	err := error(&NodeError{Node: "ctl-2", Journal: "cannot bind\nstopped", Err: cause})
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "set up mariadb on ctl-2: start: exit status 1\nthe last that ctl-2 says of it:\n  cannot bind\n  stopped")
	require.EqualError(t, &NodeError{Node: "ctl-2", Err: cause}, cause.Error())
	require.ErrorContains(t, &NodeError{Node: "ctl-2", About: "a.service", Journal: "x", Err: cause}, "ctl-2 says of a.service:\n  x")
}

// A node that is off, or went off since, has nobody to ask; what it printed
// while it booted is there, and so is what its BMC wrote.
func TestANodeThatIsOffIsShownByItsConsole(t *testing.T) {
	p := paths{dir: t.TempDir(), group: "eris-lab-none"}
	require.NoError(t, os.MkdirAll(p.bmc("n", ""), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(p.node("n"), "console.log"), []byte("\x1b[31mKernel panic\x1b[0m\r\n"), 0o600))
	require.NoError(t, os.WriteFile(p.bmc("n", "log"), []byte("bind: in use\n"), 0o600))
	cause := errors.New("n is off")
	all := []witness{{node: "n", at: inBMC}, {node: "n", at: onConsole}, {node: "n", units: []string{"a.service"}}, {node: "m", at: onConsole}}
	err := withJournals(t.Context(), p, &Profile{}, cause, all, 2)
	require.EqualError(t, err, "n is off\nthe last that n says of its BMC:\n  bind: in use\nthe last that n says of itself on its console:\n  Kernel panic")
	err = withJournals(t.Context(), p, &Profile{}, cause, all[2:], 2)
	require.ErrorContains(t, err, "itself on its console:\n  Kernel panic", "its units were asked for")
	require.NotContains(t, err.Error(), "says of m")
}

func TestTheEndOfTheConsoleIsShown(t *testing.T) {
	p := paths{dir: t.TempDir()}
	require.Empty(t, console(p, "n"))
	require.NoError(t, os.MkdirAll(p.node("n"), 0o755))
	text := strings.Repeat("noise\n", 1000) + "Failed to mount\n"
	require.NoError(t, os.WriteFile(filepath.Join(p.node("n"), "console.log"), []byte(text), 0o600))
	shown := console(p, "n")
	require.True(t, strings.HasSuffix(shown, "noise\nFailed to mount"), shown)
	require.Less(t, len(shown), 4000)
}

// Package testenv_test runs the check script over small modules of its own, so
// that what the script says of a tree that is not in order is known.
package testenv_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	goodTest = "package a\n\nimport \"testing\"\n\nfunc TestGood(t *testing.T) {}\n"
	badTest  = "package a\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Error(\"the cause\") }\n"
	skipTest = "package a\n\nimport \"testing\"\n\nfunc TestSkip(t *testing.T) { t.Skip(\"no such tool\") }\n"
)

func TestCheckCountsAndFails(t *testing.T) {
	cases := []struct {
		name string
		tree map[string]string
		args []string
		want [3]int // passed, failed, skipped
		exit int
		says string
	}{
		{"all good", map[string]string{"a_test.go": goodTest}, nil, [3]int{3, 0, 0}, 0, ""},
		{"a test fails", map[string]string{"a_test.go": badTest}, nil, [3]int{2, 1, 0}, 1, "the cause"},
		{"a skip", map[string]string{"a_test.go": skipTest}, nil, [3]int{2, 0, 1}, 0, "no such tool"},
		{"a skip, strictly", map[string]string{"a_test.go": skipTest}, []string{"--strict"}, [3]int{2, 0, 1}, 1, "--strict"},
		{"not formatted", map[string]string{"a_test.go": goodTest, "b.go": "package a\nvar  B int\n"}, nil, [3]int{2, 1, 0}, 1, "+var B int"},
		{"vet, behind a tag too", map[string]string{"a_test.go": goodTest, "b.go": "//go:build lab\n\npackage a\n\nvar B undefined\n"}, nil, [3]int{2, 1, 0}, 1, "undefined: undefined"},
		{"nothing to test", map[string]string{"a.go": "package a\n"}, nil, [3]int{2, 1, 0}, 1, "not one test ran"},
		{"vet, behind the client's tag", map[string]string{"a_test.go": goodTest, "b.go": "//go:build openstackclient\n\npackage a\n\nvar B undefined\n"}, nil, [3]int{2, 1, 0}, 1, "undefined: undefined"},
		{"no test has the tag", map[string]string{"a_test.go": goodTest}, []string{"--only", "page"}, [3]int{0, 1, 0}, 1, "no test carries the build tag page"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := c.args
			if len(args) == 0 || args[0] == "--strict" {
				c.want[2] += withoutRace()
				args = append([]string{"--only", "format", "--only", "vet", "--only", "test"}, args...)
			}
			out, exit := check(t, module(t, c.tree), args...)
			require.Equal(t, c.exit, exit, out)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			last := fmt.Sprintf("%d passed, %d failed, %d skipped", c.want[0], c.want[1], c.want[2])
			require.Equal(t, last, lines[len(lines)-1], out)
			require.Contains(t, out, c.says)
		})
	}
}

func TestCheckRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{{"--only", "tset"}, {"--only"}, {"--quick"}, {"tests"}} {
		out, exit := check(t, module(t, nil), args...)
		require.Equal(t, 2, exit, "%v: %s", args, out)
	}
}

// The slow packages go under the race detector on one day of five, and on each day
// without it; all others on each day with it.
func TestSlowPackagesAreUnderTheRaceDetectorOnOneDayOfFive(t *testing.T) {
	if withoutRace() > 0 {
		t.Skip("the race detector needs gcc")
	}
	files := map[string]string{"a_test.go": goodTest}
	const suite = "package faults\n\nimport \"testing\"\n\nfunc TestEveryKindOnASimulatedNode(t *testing.T) {\n\tt.Log(raced, \"here\")\n\tt.Fail()\n}\n"
	for _, family := range []string{"one", "two", "three", "four", "five"} {
		files["faults/"+family+"/a_test.go"] = suite
		files["faults/"+family+"/race_test.go"] = "//go:build race\n\npackage faults\n\nconst raced = \"" + family + " raced\"\n"
		files["faults/"+family+"/norace_test.go"] = "//go:build !race\n\npackage faults\n\nconst raced = \"" + family + " not raced\"\n"
	}
	out, exit := check(t, module(t, files), "--only", "test")
	require.Equal(t, 1, exit, out)
	for _, family := range []string{"one", "two", "three", "four", "five"} {
		require.Equal(t, 1, strings.Count(out, family+" not raced here"), out)
	}
	require.Equal(t, 1, strings.Count(out, " raced here")-strings.Count(out, " not raced here"), out)
	require.Contains(t, out, "\n1 passed, 6 failed, 0 skipped\n", "what is not slow is raced, and all is run")
}

// A killed check takes its step with it: here a test that would run for an hour.
func TestCheckEndsWhatItStarted(t *testing.T) {
	dir := module(t, map[string]string{"a_test.go": `package a

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func TestLong(t *testing.T) {
	os.WriteFile("pid", []byte(strconv.Itoa(os.Getpid())), 0o600)
	time.Sleep(time.Hour)
}
`})
	cmd := command(t, dir, "--only", "test")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	var pid int
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(filepath.Join(dir, "pid"))
		for _, r := range text {
			pid = pid*10 + int(r-'0')
		}
		return err == nil && len(text) > 0
	}, 5*time.Minute, 20*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	_ = cmd.Wait()
	require.Equal(t, 143, cmd.ProcessState.ExitCode(), out.String())
	require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, 10*time.Second, 20*time.Millisecond)
}

// Two at once: the second says that it waits, and both come to their end.
func TestChecksWaitForEachOther(t *testing.T) {
	dir := module(t, nil)
	lock, err := os.Create(filepath.Join(dir, "eris-check-machine.lock"))
	require.NoError(t, err)
	defer lock.Close()
	require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	cmd := command(t, dir, "--only", "page")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.Contains(lines.Text(), "waiting for another") {
			require.NoError(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_UN))
		}
	}
	_ = cmd.Wait()
	require.Contains(t, strings.Join(said, "\n"), "waiting for another")
	require.Equal(t, "0 passed, 1 failed, 0 skipped", said[len(said)-1])
}

// withoutRace is 1 where the race detector cannot run, which counts as a skip.
func withoutRace() int {
	if _, err := exec.LookPath("gcc"); err != nil {
		return 1
	}
	return 0
}

// module lays out a module with the check script of this tree and files of the test.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, text []byte) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, text, 0o755))
	}
	for _, name := range []string{"check", "check.d/lock.sh", "check.d/install.sh", "check.d/steps.sh", "check.d/slow", "tally/main.go", "tally/count.go"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		write("testenv/"+name, text)
	}
	write("go.mod", []byte("module a\n\ngo 1.26\n"))
	for name, text := range files {
		write(name, []byte(text))
	}
	return dir
}

// command is the script in that module, with locks of its own, installing nothing.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join(dir, "testenv/check"), "--no-install"}, args...)...)
	cmd.Env = append(os.Environ(), "ERIS_CHECK_LOCKS="+dir)
	return cmd
}

func check(t *testing.T, dir string, args ...string) (output string, exit int) {
	t.Helper()
	cmd := command(t, dir, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

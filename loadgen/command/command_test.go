package command_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/command"
	"github.com/openstack-eris/eris/testenv/executable"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// operation is one that was recorded.
type operation struct {
	name string
	took time.Duration
	loadgen.Outcome
}

// kept is a Recorder that keeps what it was told.
type kept struct {
	loadgen.Unrecorded
	all   []operation
	began []time.Time
}

func (k *kept) Told(name string, began, ended time.Time, o loadgen.Outcome) {
	k.all = append(k.all, operation{name, ended.Sub(began), o})
	k.began = append(k.began, began)
}

func sh(script string) *command.Run {
	run := command.NewRun()
	run.Command = []string{"sh", "-c", script}
	return run
}

// once runs a program as the third iteration of a load.
func once(ctx context.Context, t *testing.T, run *command.Run) (loadgen.Outcome, *kept) {
	t.Helper()
	session, err := run.Open(t.Context(), loadgen.Env{Run: "run-7", Load: "tests", Clouds: "/etc/clouds.yaml", Cloud: "demo"})
	require.NoError(t, err)
	rec := &kept{}
	o := session.Iterate(ctx, 2, rec)
	require.NoError(t, session.Close(t.Context()))
	return o, rec
}

func TestTheExitCodeIsTheOutcome(t *testing.T) {
	o, _ := once(t.Context(), t, sh("exit 0"))
	require.Equal(t, loadgen.Outcome{}, o)

	o, _ = once(t.Context(), t, sh("echo first >&2; echo 'no such image ' >&2; exit 3"))
	require.Equal(t, record.WrongResult, o.Class)
	require.EqualError(t, o.Err, "exec.command: exit code 3: no such image")

	o, _ = once(t.Context(), t, sh("kill -9 $$"))
	require.ErrorContains(t, o.Err, "exit code 137")

	both := sh("exit 3")
	both.Right = []int{0, 3}
	o, _ = once(t.Context(), t, both)
	require.Equal(t, record.OK, o.Class)
}

func TestAProgramKnowsWhatItIsRunFor(t *testing.T) {
	run := sh(`[ "$ERIS_RUN $ERIS_LOAD $ERIS_ITERATION $OS_CLIENT_CONFIG_FILE $OS_CLOUD $MORE" = "run-7 tests 2 /etc/clouds.yaml demo a b" ] && [ "$(pwd -P)" = "$1" ]`)
	folder, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	run.Command = append(run.Command, "sh", folder)
	run.Folder, run.Env = folder, map[string]string{"MORE": "a b"}
	o, _ := once(t.Context(), t, run)
	require.NoError(t, o.Err)

	executable.Write(t, filepath.Join(folder, "own"), "#!/bin/sh\nexit 7\n")
	run.Command = []string{"./own"}
	o, _ = once(t.Context(), t, run)
	require.ErrorContains(t, o.Err, "exit code 7")
}

func TestWhatIsNoProgramIsRefused(t *testing.T) {
	for reason, run := range map[string]*command.Run{
		"command: there is no program":                             {Results: "exit"},
		`results: "xml" is none of exit, junit, rally and subunit`: {Command: []string{"true"}, Results: "xml"},
		"it is to write {results}":                                 {Command: []string{"true", "-o{results}"}, Results: "exit"},
		`env: "a=b" is no name`:                                    {Command: []string{"true"}, Results: "exit", Env: map[string]string{"a=b": ""}},
		"right: 256 is no exit code":                               {Command: []string{"true"}, Results: "exit", Right: []int{256}},
		"have the program write {results}":                         {Command: []string{"pytest"}, Results: "junit"},
		"grace: 2m0s is not from 0s to 1m":                         {Command: []string{"true"}, Results: "exit", Grace: 2 * time.Minute},
	} {
		require.ErrorContains(t, run.Validate(), reason)
	}
	run := command.NewRun()
	run.Command = []string{"/no/such/program"}
	require.NoError(t, run.Validate())
	_, err := run.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "/no/such/program")
}

// gone waits until there is no such process any more.
func gone(t *testing.T, pid string) {
	t.Helper()
	var number int
	_, err := fmt.Sscan(pid, &number)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return syscall.Kill(number, 0) != nil }, time.Minute, 10*time.Millisecond)
}

// A program that is cut ends with all that it has started, whether it wants to or not.
func TestAProgramThatIsCutIsEnded(t *testing.T) {
	for _, ignores := range []string{"", "trap '' TERM; "} {
		pids := filepath.Join(t.TempDir(), "pids")
		run := sh(ignores + `sleep 600 & echo $! >"$1.new"; mv "$1.new" "$1"; wait; wait`)
		run.Command = append(run.Command, "sh", pids)
		run.Grace = 0
		ctx, cut := context.WithCancel(t.Context())
		defer cut()
		waiting := make(chan struct{})
		go func() {
			defer close(waiting)
			for t.Context().Err() == nil {
				if _, err := os.Stat(pids); err == nil {
					cut()
					return
				}
			}
		}()
		o, _ := once(ctx, t, run)
		<-waiting
		require.Equal(t, record.Aborted, o.Class)
		text, err := os.ReadFile(pids)
		require.NoError(t, err)
		gone(t, strings.TrimSpace(string(text)))
	}
}

// What a program leaves behind ends with it, so that a load does not fill its machine.
func TestWhatAProgramLeavesBehindIsEnded(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	run := sh(`sleep 600 >/dev/null 2>&1 & echo $! >"$1"`)
	run.Command = append(run.Command, "sh", pids)
	o, _ := once(t.Context(), t, run)
	require.Equal(t, record.OK, o.Class)
	text, err := os.ReadFile(pids)
	require.NoError(t, err)
	gone(t, strings.TrimSpace(string(text)))
}

// Whoever closes the load has less patience than the program's grace.
func TestAClosedLoadHasNoProgram(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	run := sh(`trap '' TERM; echo $$ >"$1.new"; mv "$1.new" "$1"; while :; do sleep 0.1; done`)
	run.Command = append(run.Command, "sh", pids)
	run.Grace = time.Minute
	session, err := run.Open(t.Context(), loadgen.Env{})
	require.NoError(t, err)
	ctx, cut := context.WithCancel(t.Context())
	ended := make(chan loadgen.Outcome)
	go func() { ended <- session.Iterate(ctx, 0, &kept{}) }()
	require.Eventually(t, func() bool { _, err := os.Stat(pids); return err == nil }, time.Minute, time.Millisecond)
	cut()
	require.Equal(t, record.Aborted, (<-ended).Class)
	closing, over := context.WithCancel(t.Context())
	over()
	require.NoError(t, session.Close(closing))
	text, err := os.ReadFile(pids)
	require.NoError(t, err)
	gone(t, strings.TrimSpace(string(text)))
}

func TestTheTimeLimitOfALoadIsThatOfItsProgram(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	o, _ := once(ctx, t, sh("exit 0"))
	require.Equal(t, record.Timeout, o.Class)
}

const junit = `<?xml version="1.0"?>
<testsuites><testsuite name="s" tests="4">
  <testcase classname="api.Tokens" name="create" time="1.5"/>
  <testcase classname="api.Tokens" name="revoke" time="0.25"><failure message="503
and more">trace</failure></testcase>
  <testsuite><testcase name="late" time="1,000.5"><error>
  boom
  bang</error></testcase></testsuite>
  <testcase classname="api.Tokens" name="old" time="0"><skipped/></testcase>
</testsuite></testsuites>`

const rally = `{"info": {"format_version": "1.2"}, "tasks": [{"subtasks": [{"workloads": [{"scenario": {"NovaServers.boot": {}}, "runner": {"constant": {"concurrency": 2}}, "data": [
  {"timestamp": 1793534400.5, "duration": 3, "error": [], "atomic_actions": [
    {"name": "nova.boot_server", "started_at": 1793534400.5, "finished_at": 1793534402.5, "children": [
      {"name": "nova.show_server", "started_at": 1793534401.5, "finished_at": 1793534402, "children": []}]}]},
  {"timestamp": 1793534404, "duration": 1, "error": ["TimeoutException", "too late\nreally", "Traceback"], "atomic_actions": [
    {"name": "nova.boot_server", "started_at": 1793534404, "finished_at": 1793534405, "failed": true, "children": []}]},
  {"timestamp": 1793534406, "duration": 0.5, "error": ["AssertionError", "no server"], "atomic_actions": []}
]}]}]}]}`

func fixture(t *testing.T, form string) []byte {
	t.Helper()
	if text, here := map[string]string{"junit": junit, "rally": rally}[form]; here {
		return []byte(text)
	}
	text, err := os.ReadFile("testdata/run.subunit")
	require.NoError(t, err)
	return text
}

func TestTheFormsOfResultsAreRead(t *testing.T) {
	now := time.Now().Add(-time.Hour)
	for form, c := range map[string]struct {
		first time.Time
		want  []string
	}{
		"junit": {now, []string{"api.Tokens.create 1.5s", "api.Tokens.revoke 250ms 503", "late 16m40.5s boom"}},
		"rally": {time.Unix(1793534400, 500_000_000), []string{
			"NovaServers.boot 3s", "nova.boot_server 2s", "nova.show_server 500ms",
			"NovaServers.boot 1s TimeoutException: too late", "nova.boot_server 1s TimeoutException: too late",
			"NovaServers.boot 500ms AssertionError: no server",
		}},
		"subunit": {time.Date(2026, 11, 1, 12, 0, 0, 250_000_000, time.UTC), []string{
			"tempest.api.identity.test_tokens.TokensTest.test_create 1.25s",
			"tempest.api.compute.test_servers.ServersTest.test_list 3s failed",
		}},
	} {
		text := fixture(t, form)
		got, first, err := command.Read(form, text, now)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
		require.True(t, c.first.Equal(first), "%s: %s", form, first)
		for cut := 1; cut < len(text); cut += 7 { // never more than was told, and no panic
			if less, _, err := command.Read(form, text[:cut], now); err == nil {
				require.Less(t, len(less), len(got), "%s, %d bytes", form, cut)
			}
		}
	}
}

// What is said around the packets may hold the byte with which one begins, as the end
// of a character. By itself it is a packet that is damaged.
func TestWhatIsSaidBetweenPacketsOfSubunitIsNone(t *testing.T) {
	text := fixture(t, "subunit")
	from := bytes.IndexByte(text, 0xb3)
	_, size, err := command.Packet(text[from:])
	require.NoError(t, err)
	want, _, err := command.Read("subunit", text, time.Time{})
	require.NoError(t, err)
	for _, said := range []string{"Ejecución\n", "terminó 3 pruebas, y llegó / al final: ", "ó", "三つ\u3073", "\U0001f4f3!"} {
		around := slices.Concat([]byte(said), text[:from+size], []byte(said), text[from+size:], []byte(said))
		got, _, err := command.Read("subunit", around, time.Time{})
		require.NoError(t, err, said)
		require.Equal(t, want, got, said)
	}
	for _, damage := range []string{"\xb3", "\xb3\x2b\x03", "a\xb3b", "\xc3\xb3\xb3\n"} {
		_, _, err := command.Read("subunit", slices.Concat(text, []byte(damage)), time.Time{})
		require.ErrorContains(t, err, "packet at byte", "%q", damage)
	}
}

func TestSubunitThatIsDamagedIsRefused(t *testing.T) {
	text := fixture(t, "subunit")
	for place := range text {
		damaged := append([]byte(nil), text...)
		damaged[place] ^= 0x10
		whole, _, _ := command.Read("subunit", text, time.Time{})
		if got, _, err := command.Read("subunit", damaged, time.Time{}); err == nil {
			require.LessOrEqual(t, len(got), len(whole), "byte %d", place) // it was noise, or a packet that is none any more
		}
	}
}

// quick is a program whose only action has just been.
const quick = `from=$(date +%%s.%%N); sleep 0.05
printf '{"info": {"format_version": "1.2"}, "tasks": [{"subtasks": [{"workloads": [{"scenario": {"Nova.list": {}}, "runner": {"serial": {"times": 1}}, "data": [{"timestamp": %%s, "duration": 0.01, "error": [], "atomic_actions": [{"name": "list", "started_at": %%s, "finished_at": %%s}]}]}]}]}]}' "$from" "$from" "$(date +%%s.%%N)" %s`

func TestWhatAProgramTellsBecomesOperations(t *testing.T) {
	for _, to := range []string{"", ">{results}"} {
		run := sh(fmt.Sprintf(quick, to))
		run.Results = "rally"
		before := time.Now()
		o, told := once(t.Context(), t, run)
		require.NoError(t, o.Err)
		require.Len(t, told.all, 2)
		require.Equal(t, "Nova.list", told.all[0].name)
		require.Equal(t, "list", told.all[1].name)
		require.GreaterOrEqual(t, told.all[1].took, 50*time.Millisecond)
		require.False(t, told.began[0].Add(time.Millisecond).Before(before))
	}
}

// What a program says is kept up to a bound, so that it cannot take all memory.
func TestWhatSaysTooMuchIsAWrongResult(t *testing.T) {
	run := sh("head -c 70000000 /dev/zero")
	run.Results = "subunit"
	o, _ := once(t.Context(), t, run)
	require.Equal(t, record.WrongResult, o.Class)
	require.EqualError(t, o.Err, "exec.command: it said more than 64 MiB")
}

func TestResultsThatAreNoneAreAWrongResult(t *testing.T) {
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "results")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return name
	}
	var many strings.Builder
	many.WriteString("<testsuite>")
	for i := range 2001 {
		fmt.Fprintf(&many, `<testcase name="%d" time="0"/>`, i)
	}
	many.WriteString("</testsuite>")
	for _, c := range []struct{ form, script, reason string }{
		{"junit", "echo no >{results}", "read its results as junit: read XML: EOF"},
		{"junit", "echo '<testsuite/>' >{results}", "its results (junit) tell of nothing"},
		{"junit", "cat " + file(junit) + " >{results}", "JUnit cannot tell when tests ran that ran at once"},
		{"junit", "cat " + file(many.String()) + " >{results}", "its results tell of more than 2000 tests"},
		{"junit", "echo no >{results}; echo and so on >&2; exit 1", "exit code 1: and so on\nexec.command: read its results as junit"},
		{"rally", "true {results}", "it has written no results"},
		{"rally", "echo '{}'", `info.format_version is ""`},
		{"rally", "echo '[]'", "no workload is in it"},
		{"rally", "cat " + file(rally), "its results tell of NovaServers.boot from 2026-11-01T"},
		{"subunit", "cat testdata/run.subunit | head -c 300", "the packet ends too early"},
		{"subunit", "cat testdata/run.subunit", "and it ran from "},
	} {
		run := sh(c.script)
		run.Results = c.form
		o, told := once(t.Context(), t, run)
		require.Equal(t, record.WrongResult, o.Class, c.script)
		require.ErrorContains(t, o.Err, c.reason)
		require.Empty(t, told.all, "nothing is told of what is not believed")
	}
}

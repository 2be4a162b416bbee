package ssh_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	own "github.com/openstack-eris/eris/loadgen/dataplane/ssh"
	"github.com/openstack-eris/eris/testenv/executable"
)

// newShell is an instance that runs what it is told with this machine's shell, as sshd
// does where nobody asked for a terminal: who goes leaves what he has started, which
// reads an end of file, unless nobody has noticed that he went.
func newShell(t *testing.T, path string, notices bool) instance {
	t.Helper()
	var left sync.WaitGroup
	left.Add(1) // until the end of the test, so that nothing is added while nobody is left and somebody waits
	i := newInstanceThat(t, func(channel ssh.Channel, command string) (uint32, bool) {
		cmd := exec.Command("/bin/sh", "-c", command)
		cmd.Env = []string{"PATH=" + path + ":/usr/bin:/bin"}
		in, err := cmd.StdinPipe()
		out, wrong := cmd.StdoutPipe()
		errs, bad := cmd.StderrPipe()
		if errors.Join(err, wrong, bad) != nil || cmd.Start() != nil {
			return 255, true
		}
		var said sync.WaitGroup
		said.Go(func() { _, _ = io.Copy(channel, out) })
		said.Go(func() { _, _ = io.Copy(channel.Stderr(), errs) })
		left.Go(func() {
			_, _ = io.Copy(in, channel)
			if notices {
				_ = in.Close()
				_, _ = out.Close(), errs.Close() // as sshd does, so that whoever still speaks dies
			}
		})
		said.Wait()
		err = cmd.Wait()
		if exit, is := errors.AsType[*exec.ExitError](err); is {
			return uint32(exit.ExitCode()), true
		}
		return 0, true
	})
	t.Cleanup(func() { left.Done(); left.Wait() })
	return i
}

// tool is a program of an instance, in a folder of its own: a script.
func tool(t *testing.T, name, script string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	executable.Write(t, filepath.Join(folder, name), "#!/bin/sh\ncd "+folder+"\n"+script)
	return folder
}

func (i instance) iperf3() *own.Iperf3 {
	w := own.NewIperf3()
	w.Access, w.To, w.For = i.login().Access, "192.0.2.1", time.Second
	return w
}

func (i instance) fio(folder string) *own.Fio {
	w := own.NewFio()
	w.Access, w.Folder, w.For, w.Size = i.login().Access, folder, time.Second, 1<<20
	return w
}

// operations keeps the names of what is reported.
type operations struct{ names []string }

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	o.names = append(o.names, name)
	return func(loadgen.Outcome) {}
}

func (o *operations) Told(name string, _, _ time.Time, _ loadgen.Outcome) {
	o.names = append(o.names, name)
}

func measure(ctx context.Context, t *testing.T, w loadgen.Workload) (loadgen.Outcome, []string) {
	t.Helper()
	s, err := w.Open(t.Context(), loadgen.Env{Run: "r1", Load: "net"})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(t.Context())) }()
	var seen operations
	return s.Iterate(ctx, 7, &seen), seen.names
}

const little = `{"intervals": [{"sum": {"start": 0, "end": 0.001, "seconds": 0.001, "bytes": 1000}}], "end": {"sum_received": {"seconds": 0.001, "bytes": 1000}}}`

// What an instance is told is what was meant, whatever is in it.
func TestAnInstanceIsToldWordForWord(t *testing.T) {
	folder := tool(t, "iperf3", `for word in "$@"; do echo "$word"; done >words; echo '`+little+`'`)
	w := newShell(t, folder, true).iperf3()
	w.To, w.Streams, w.Reverse, w.Rate = `a'b "c" $(touch x); \`, 2, true, 1<<20
	o, names := measure(t.Context(), t, w)
	require.NoError(t, o.Err)
	require.Equal(t, []string{"ssh.login", "ssh.iperf3"}, names)
	words, err := os.ReadFile(filepath.Join(folder, "words"))
	require.NoError(t, err)
	require.Equal(t, "--client\na'b \"c\" $(touch x); \\\n--port\n5201\n--time\n1\n--parallel\n2\n--interval\n1\n--json\n--reverse\n--bitrate\n4194304\n", string(words))
	require.NoFileExists(t, filepath.Join(folder, "x"))
}

func TestHowAProgramFails(t *testing.T) {
	for script, says := range map[string]string{
		"echo a >&2; echo 'no such thing' >&2; exit 127": "iperf3 ended with code 127: no such thing",
		"echo '" + little + "'; echo odd >&2; exit 3":    "iperf3 ended with code 3: odd",
		`echo '{"error": "it is busy"}'; exit 1`:         "iperf3: it is busy; iperf3 ended with code 1",
		"printf '{\"inter'":                              "read what iperf3 said: unexpected end of JSON input",
		"":                                               "read what iperf3 said: unexpected end of JSON input",
		"head -c 17000000 /dev/zero":                     "iperf3 said more than 16 MiB",
	} {
		o, _ := measure(t.Context(), t, newShell(t, tool(t, "iperf3", script), true).iperf3())
		require.Equal(t, record.WrongResult, o.Class, "%s: %v", script, o.Err)
		require.EqualError(t, o.Err, says, script)
	}
}

// gone waits until a process that wrote its number is there no more.
func gone(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, 20*time.Second, 10*time.Millisecond)
}

// What was started on an instance ends with its load, even if the way there is cut so
// that nobody can say it, and even if it does not want to.
func TestNothingOutlivesItsLoad(t *testing.T) {
	for name, c := range map[string]struct {
		script  string
		notices bool
	}{
		"heeds SIGTERM":  {"echo $$ >pid.new; mv pid.new pid; exec sleep 600", true},
		"does not":       {"trap '' TERM; echo $$ >pid.new; mv pid.new pid; while :; do sleep 1; done", true},
		"is not told so": {"echo $$ >pid.new; mv pid.new pid; exec sleep 600", false},
	} {
		t.Run(name, func(t *testing.T) {
			folder := tool(t, "iperf3", c.script)
			w := newShell(t, folder, c.notices).iperf3()
			// Where somebody notices, he is not to wait for the end of the limit.
			ctx, cancel := context.WithTimeout(t.Context(), map[bool]time.Duration{true: time.Minute, false: 10 * time.Second}[c.notices])
			defer cancel()
			var o loadgen.Outcome
			var running sync.WaitGroup
			running.Go(func() { o, _ = measure(ctx, t, w) })
			pid := filepath.Join(folder, "pid")
			require.Eventually(t, func() bool { _, err := os.Stat(pid); return err == nil }, 20*time.Second, time.Millisecond)
			if c.notices {
				cancel()
			}
			running.Wait()
			require.Equal(t, map[bool]record.Class{true: record.Aborted, false: record.Timeout}[c.notices], o.Class, "%v", o.Err)
			gone(t, pid)
		})
	}
}

// What fio has left is removed, also if it is cut.
func TestTheFileOfFioIsRemoved(t *testing.T) {
	disk := t.TempDir()
	file := filepath.Join(disk, "eris-r1-net-7.fio")
	folder := tool(t, "fio", "touch "+file+"; exec sleep 600")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := newShell(t, folder, true).fio(disk)
	var running sync.WaitGroup
	running.Go(func() { _, _ = measure(ctx, t, w) })
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, 20*time.Second, time.Millisecond)
	cancel()
	running.Wait()
	require.Eventually(t, func() bool { _, err := os.Stat(file); return os.IsNotExist(err) }, 20*time.Second, 10*time.Millisecond)
}

func TestArgumentsOfPrograms(t *testing.T) {
	w := &own.Iperf3{To: "-x", For: 1500 * time.Millisecond, UDP: true, Least: -1, Lost: 2}
	for _, want := range []string{"address: ", "user: must not be empty", "to: \"-x\" is no host", "for: 1.5s is not", "port: 0", "streams: 0", "rate: over UDP", "least: is less", "lost: 200% is not"} {
		require.ErrorContains(t, w.Validate(), want)
	}
	_, err := w.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "ssh.iperf3: ")
	tcp := newInstance(t).iperf3()
	require.NoError(t, tcp.Validate())
	tcp.Lost = 0.5
	require.EqualError(t, tcp.Validate(), "lost: nothing is lost over TCP; udp is not set")

	f := &own.Fio{Folder: "srv", Mode: "trim", Block: 1000, Direct: true, Longest: -1}
	for _, want := range []string{"address: ", `folder: "srv" is not absolute`, `mode: "trim" is none`, "size: 0B is not", "block: 1000B is not from", "block: 1000B is no whole", "for: 0s", "longest: is less"} {
		require.ErrorContains(t, f.Validate(), want)
	}
	_, err = f.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "ssh.fio: ")
	good := newInstance(t).fio("/srv")
	require.NoError(t, good.Validate())
	good.Key += ".none"
	_, err = good.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "ssh.fio: read key: ")
}

package captures_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestStacksAreFolded(t *testing.T) {
	var file bytes.Buffer
	s := captures.NewProfile().Sift(captures.Window{}, &file)
	for _, line := range []string{
		"@keystone.service",
		"/proc/7/task/7/stat:7 (uwsgi: worker) S 1 7 7 0", "/proc/7/task/8/stat:8 (a) b) D 1 7 7 0", "/proc/7/task/9/stat:9 (spin) R 1 7 7 0",
		"/proc/7/task/7/stack:[<0>] ep_poll+0x34a/0x3a0", "/proc/7/task/7/stack:[<0>] do_epoll_wait+0x1/0x2", "/proc/7/task/7/stack:[<0>] entry_SYSCALL_64_after_hwframe+0x6e/0xd8",
		"/proc/7/task/8/stack:[<0>] folio_wait_bit.isra.0+0x1/0x2 [xfs]", "/proc/7/task/9/stack:[<0>] do_epoll_wait+0x1/0x2", "/proc/7/task/10/stack:[<0>] gone+0x1/0x2",
		"",
		"@nova.service", "/proc/7/task/7/stat:7 (uwsgi) S 1", "", "#",
		"@keystone.service", "/proc/7/task/8/stat:8 (a) b) D 1 7 7 0", "/proc/7/task/8/stack:[<0>] folio_wait_bit.isra.0+0x1/0x2 [xfs]", "", "#", ".",
	} {
		require.NoError(t, s.Line(line))
	}
	has, cut, err := s.Close("")
	require.NoError(t, err)
	require.Empty(t, cut)
	require.Equal(t, "2 samples, 4 stacks that differ", has)
	require.Equal(t, `keystone.service;a)_b;uninterruptible;folio_wait_bit.isra.0 2
keystone.service;spin;running 1
keystone.service;uwsgi:_worker;sleeping;entry_SYSCALL_64_after_hwframe;do_epoll_wait;ep_poll 1
nova.service;uwsgi;sleeping 1
`, file.String())

	s = captures.NewProfile().Sift(captures.Window{}, &file)
	require.NoError(t, s.Line("."))
	_, _, err = s.Close("")
	require.ErrorContains(t, err, "no thread of its services was seen")
}

// What is torn off in the middle of a sample is no thread and no function, and is said.
func TestASampleThatIsTooLongIsNoneOfTheNext(t *testing.T) {
	var file bytes.Buffer
	s := captures.NewProfile().Sift(captures.Window{}, &file)
	long := strings.Repeat("x", 256<<10)
	for _, line := range []string{
		"@keystone.service", "/proc/7/task/7/stat:7 (one) S 1", "/proc/7/task/7/stack:[<0>] ep_poll+0x34a/0x3a0",
		"/proc/8/task/8/stat:8 (two) S 1", "/proc/8/task/9/stat:9 (three) S 1", "/proc/8/task/10/stat:10 (spin) R 1", "/proc/8/task/8/stack:[<0>] ep_poll+0x34a/0x3a0", "/proc/8/task/8/stack:[<0>] do_" + long,
		"@nova.service", "/proc/7/task/7/stat:7 (uwsgi) S 1", "", "#",
	} {
		require.NoError(t, s.Line(line))
	}
	has, cut, err := s.Close("")
	require.NoError(t, err)
	require.Equal(t, "1 samples, 3 stacks that differ", has)
	require.Equal(t, "keystone.service;one;sleeping;ep_poll 1\nkeystone.service;spin;running 1\nnova.service;uwsgi;sleeping 1\n", file.String())
	require.Equal(t, "of a unit a sample has 262144 bytes at most, and 1 times there was more: threads are missing; there were more samples than fit in 33554432 bytes", cut)
}

// The same of what a node prints: grep has more than a sample may.
func TestTheNextUnitBeginsOnALineOfItsOwn(t *testing.T) {
	b, folder := newBench(t), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cgroup.procs"), fmt.Appendln(nil, os.Getpid()), 0o600))
	b.program("systemctl", "echo /../../.."+folder+"\n")
	b.program("grep", `echo "/proc/7/task/7/stat:7 (one) S 1"; echo "/proc/7/task/7/stack:[<0>] ep_poll+0x1/0x2"
while [ ! -e `+b.bin+`/second ]; do
touch `+b.bin+`/second
echo "/proc/8/task/8/stat:8 (two) S 1"
printf '%0300000d' 0
done
`)
	p := captures.NewProfile()
	p.Every = time.Second
	taken, file, err := b.take(t.Context(), p, captures.Window{For: time.Second, Most: 1 << 20}, unit("keystone"), unit("nova"))
	require.NoError(t, err)
	require.Equal(t, "keystone.service;one;sleeping;ep_poll 1\nnova.service;one;sleeping;ep_poll 1\n", string(file))
	require.Equal(t, captures.Taken{Has: "1 samples, 2 stacks that differ", Cut: "of a unit a sample has 262144 bytes at most, and 1 times there was more: threads are missing", Bytes: int64(len(file))}, taken)
}

// What stands in for systemd names a group of processes, which has one that sleeps.
func TestAProfileIsOfTheProcessesOfItsUnits(t *testing.T) {
	sleeper := exec.CommandContext(t.Context(), "sleep", "100")
	require.NoError(t, sleeper.Start())
	t.Cleanup(func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() })
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "below"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cgroup.procs"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "below", "cgroup.procs"), fmt.Appendln(nil, sleeper.Process.Pid), 0o600))
	b := newBench(t)
	b.program("systemctl", `echo "$*" >>`+b.bin+`/asked; [ "$5" = keystone.service ] && echo /../../..`+folder+"\nexit 0\n")
	p := captures.NewProfile()
	p.Every = 50 * time.Millisecond
	taken, file, err := b.take(t.Context(), p, captures.Window{For: time.Second, Most: 1 << 20}, unit("keystone"), unit("down"))
	require.NoError(t, err)
	require.Regexp(t, `^\d+ samples, `, taken.Has)
	require.Regexp(t, `^keystone.service;sleep;sleeping[^ ]* \d+\n`, string(file))
	asked, err := os.ReadFile(b.bin + "/asked")
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(asked, []byte("keystone.service")), "systemd is not asked for each sample")
	require.Less(t, bytes.Count(asked, []byte("down.service")), 4)
	require.Empty(t, script.Check("captures", plainly(p.Script([]*inventory.Service{unit("keystone")}, captures.Window{For: time.Second}))))

	_, _, err = b.take(t.Context(), p, captures.Window{For: time.Second, Most: 1 << 20}, unit("down"))
	require.ErrorContains(t, err, "no thread of its services was seen")
	require.Contains(t, b.check(p), "none of its services is a unit")
}

// heard is a bench of which each line is told when it comes.
type heard struct {
	*bench
	line func(string)
}

func (h heard) Stream(ctx context.Context, node string, cmd remote.Command, line func(string)) error {
	return h.bench.Stream(ctx, node, cmd, func(text string) { h.line(text); line(text) })
}

// Of a unit with little to say, too, nothing waits on the node until there is more of it: what
// was seen before the end is here, and who samples ends when nobody reads.
func TestAProfileEndsWithItsSession(t *testing.T) {
	b, folder := newBench(t), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cgroup.procs"), fmt.Appendln(nil, os.Getpid()), 0o600))
	b.program("systemctl", "echo /../../.."+folder+"\n")
	b.program("grep", `echo "/proc/7/task/7/stat:7 (one) S 1"`+"\n")
	b.program("sleep", "echo $PPID >>"+b.bin+"/shell\nexec /bin/sleep $1\n")
	ctx, end := context.WithCancel(t.Context())
	samples := 0
	of := heard{b, func(line string) {
		if line == "> #" {
			samples++
		}
		if samples == 5 {
			end()
		}
	}}
	taken, err := captures.Take(ctx, of, "desk", captures.NewProfile(), []*inventory.Service{unit("keystone")}, captures.Window{For: 10 * time.Second, Most: 1 << 20}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, context.Canceled.Error(), taken.Cut)
	require.Regexp(t, `^([5-9]|[1-9]\d) samples, `, taken.Has)
	text, err := os.ReadFile(b.bin + "/shell")
	require.NoError(t, err)
	pids := strings.Fields(string(text))
	require.Less(t, len(pids), 50, "as many samples as were made until the fifth was heard")
	pid, err := strconv.Atoi(pids[0])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, 10*time.Second, 50*time.Millisecond)
}

func TestArgumentsOfAProfile(t *testing.T) {
	p := captures.NewProfile()
	require.NoError(t, p.Validate())
	for _, wrong := range []time.Duration{0, 19 * time.Millisecond, 11 * time.Second} {
		p.Every = wrong
		require.ErrorContains(t, p.Validate(), "every: ")
	}
}

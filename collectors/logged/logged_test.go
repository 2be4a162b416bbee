package logged_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/logged"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

const cloudText = `version: eris/v1
cloud: {name: demo, kind: simulated}
nodes:
  ctl-1: {address: 198.18.0.11, roles: [controller]}
  ctl-2: {address: 198.18.0.12, roles: [controller]}
services:
  keystone: {unit: keystone.service, on: {role: controller}, port: 5000}
`

// machine runs what a node is asked, and keeps the scripts.
type machine struct {
	run     func(ctx context.Context, cmd remote.Command) remote.Result
	scripts []string
}

func (m *machine) Run(ctx context.Context, _ string, cmd remote.Command) remote.Result {
	m.scripts = append(m.scripts, cmd.Script)
	return m.run(ctx, cmd)
}

func (m *machine) Stream(ctx context.Context, node string, cmd remote.Command, line func(string)) error {
	got := m.Run(ctx, node, cmd)
	for text := range strings.Lines(string(got.Stdout)) {
		line(strings.TrimRight(text, "\n"))
	}
	return got.Err
}

// here is this machine.
func here(ctx context.Context, cmd remote.Command) remote.Result {
	var out, wrong bytes.Buffer
	c := exec.CommandContext(ctx, "sh", "-c", cmd.Script)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(cmd.Stdin), &out, &wrong
	err := c.Run()
	return remote.Result{State: remote.Done, Stdout: out.Bytes(), Stderr: wrong.Bytes(), Err: err}
}

// simulated is a simulated node.
func simulated(t *testing.T) func(context.Context, remote.Command) remote.Result {
	t.Helper()
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	return func(ctx context.Context, cmd remote.Command) remote.Result {
		var out, wrong bytes.Buffer
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(cmd.Script), Stdin: bytes.NewReader(cmd.Stdin), Stdout: &out, Stderr: &wrong})
		return remote.Result{State: remote.Done, Stdout: out.Bytes(), Stderr: wrong.Bytes()}
	}
}

// bench is a book on one node, and a way to write there.
type bench struct {
	*logged.Book
	*machine
	t      *testing.T
	folder string
}

// everywhere works on this machine and on a simulated node.
func everywhere(t *testing.T, work func(t *testing.T, b *bench)) {
	t.Helper()
	for folder, run := range map[string]func(context.Context, remote.Command) remote.Result{t.TempDir(): here, "/var/log/test": simulated(t)} {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			b := newBench(t, folder, run)
			b.do("mkdir -p " + folder)
			work(t, b)
			for _, text := range b.scripts {
				require.Empty(t, script.Check("logs", text))
			}
		})
	}
}

func newBench(t *testing.T, folder string, run func(context.Context, remote.Command) remote.Result) *bench {
	t.Helper()
	cloud, err := inventory.Read("cloud.yaml", []byte(cloudText))
	require.NoError(t, err)
	m := &machine{run: run}
	return &bench{machine: m, t: t, folder: folder, Book: &logged.Book{
		Nodes: m, Cloud: cloud, Clock: record.ClockFrom(time.Now().Add(-time.Hour)), Names: []string{"ctl-1"}, Files: []string{folder + "/*.log"},
	}}
}

func (b *bench) do(text string) {
	b.t.Helper()
	got := b.run(b.t.Context(), remote.Command{Script: text})
	require.Empty(b.t, string(got.Stdout)+string(got.Stderr))
}

func (b *bench) write(how, file string, lines ...string) {
	b.t.Helper()
	b.do(fmt.Sprintf("printf %%s %s %s %s/%s", inventory.Quote(strings.Join(lines, "\n")+"\n"), how, b.folder, file))
}

func of(ids ...string) []record.Request {
	var all []record.Request
	for _, id := range ids {
		all = append(all, record.Request{Load: "tokens", Class: record.HTTP5xx, ID: id})
	}
	return all
}

func line(level, id, text string) string {
	return "2026-11-29 04:36:58.770 1129 " + level + " keystone.wsgi [None " + id + " - - - - - -] " + text
}

const one, two = "req-11111111-aaaa", "req-22222222-bbbb"

var ofKeystone = record.Target{Node: "ctl-1", Service: "keystone"}

// What stood there before the run is not of it, nor is another request whose id is longer;
// secrets stay out.
func TestLinesOfRequests(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.write(">", "keystone.log", line("ERROR", one, "of yesterday"))
		b.write(">", "other.log", line("INFO", two, "of yesterday, and longer than what comes"))
		b.Begin(t.Context())
		b.write(">>", "keystone.log", line("INFO", one+"-9", "another"), line("ERROR", one, "password=geheim <b>"), "2026 nothing")
		b.write(">>", "new.log", line("ERROR", two, "token "+strings.Repeat("x", 3000)))
		b.write(">", "other.log", line("INFO", two, "anew"))
		found := b.Search(t.Context(), of(one, two, one), nil)
		require.Len(t, found, 2)
		require.Equal(t, []string{"nodes that the run reaches for nothing else: ctl-2"}, found[1].Silent)
		l := found[0]
		require.Equal(t, "ctl-1", l.Node)
		require.Equal(t, 2, l.Requests)
		require.Len(t, l.Lines, 3)
		require.Equal(t, record.LoggedExcerpt{
			Source: b.folder + "/keystone.log", Request: one, Lines: []string{line("ERROR", one, "password=REDACTED <b>")},
		}, l.Lines[0])
		require.Equal(t, b.folder+"/new.log", l.Lines[1].Source)
		require.LessOrEqual(t, len(l.Lines[1].Lines[0]), 500)
		require.Equal(t, []string{line("INFO", two, "anew")}, l.Lines[2].Lines)
		require.Contains(t, l.Silent, b.folder+"/other.log: it was begun anew during the run, and what stood in it before is not searched")
	})
}

// Of an id with many lines the grave ones are kept, in their order, and the rest is counted.
func TestNoIDHasMoreLinesThanOthers(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.Begin(t.Context())
		var lines []string
		for n := range 500 {
			level := "INFO"
			if n%100 == 50 {
				level = "ERROR"
			}
			lines = append(lines, line(level, one, fmt.Sprint("n", n)))
		}
		b.write(">", "keystone.log", lines...)
		l := b.Search(t.Context(), of(one), nil)[0]
		require.Len(t, l.Lines, 1)
		require.Equal(t, []string{lines[0], lines[1], lines[2], lines[3], lines[50], lines[150], lines[250], lines[350]}, l.Lines[0].Lines)
		require.Equal(t, int64(392), l.Lines[0].Left)
		require.Contains(t, l.Silent, b.folder+"/keystone.log: lines with request ids beyond the first 400")
	})
}

// Around a fault are the lines from the mark before its inject to the one after its undo.
func TestLinesAroundAFault(t *testing.T) {
	everywhere(t, func(t *testing.T, b *bench) {
		t.Helper()
		b.Begin(t.Context())
		b.write(">>", "keystone.log", "long before")
		b.Mark(t.Context(), "ctl-1")
		b.Keep("ctl-1")
		marked := b.Clock.Now() // as if that had been two seconds before the inject, and the next three after the undo
		var lines []string
		for n := range 350 {
			lines = append(lines, fmt.Sprint("n", n))
		}
		b.write(">>", "keystone.log", lines...)
		b.write(">>", "nova.log", "of another service")
		over, cancel := context.WithCancel(t.Context())
		cancel()
		b.Mark(over, "ctl-1")
		b.Keep("ctl-1")
		b.write(">>", "keystone.log", "long after")
		l := b.Search(t.Context(), nil, []record.Around{{Fault: "kill", Target: ofKeystone, From: marked + 2*time.Second, To: marked - 3*time.Second}})[0]
		require.Len(t, l.Lines, 1)
		e := l.Lines[0]
		require.Equal(t, append(append([]string{}, lines[:100]...), lines[250:]...), e.Lines[:200], "the first and the last")
		require.Equal(t, int64(150), e.Left)
		require.Equal(t, 100, e.Head)
		require.Equal(t, "kill keystone", e.Fault+" "+e.Service)
	})
}

// What cannot be looked into is told.
func TestWhatCannotBeSearchedIsTold(t *testing.T) {
	gone := remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable}
	answer := gone
	b := newBench(t, "/none", func(context.Context, remote.Command) remote.Result { return answer })
	b.Begin(t.Context())
	require.Contains(t, b.Search(t.Context(), of(one), nil)[0].Silent[0], "how long its logs were when the run began is not known: ask: node is unreachable")
	answer = remote.Result{State: remote.Done, Stdout: []byte("now 1764404218\nend\n")}
	b.Begin(t.Context())
	require.Equal(t, []string{"no log file and no journal of keystone"}, b.Search(t.Context(), of(one), nil)[0].Silent)
	answer = gone
	require.Equal(t, []string{"its logs: ask: node is unreachable"}, b.Search(t.Context(), of(one), nil)[0].Silent)
	marked := []byte("now 1764404218\nfile 7 10 /none/a.log\ncursor s=1;i=2\nend\n")
	answer = remote.Result{State: remote.Done, Stdout: marked}
	b.Begin(t.Context())
	b.run = func(_ context.Context, cmd remote.Command) remote.Result {
		if !strings.Contains(cmd.Script, "grep") {
			return remote.Result{State: remote.Done, Stdout: bytes.Replace(marked, []byte("10"), []byte("20"), 1)}
		}
		return remote.Result{State: remote.Unknown, Err: errors.New("no answer"), Stdout: []byte("== 0\n> " + one + " a\n> " + one + " password: ge"), Stderr: []byte("failed 1\n")}
	}
	l := b.Search(t.Context(), of(one, "odd one", "short"), nil)
	require.Equal(t, []string{"its logs, or a part of them: no answer", "journal: it could not be read, or not to its end"}, l[0].Silent)
	require.Equal(t, []string{one + " a"}, l[0].Lines[0].Lines, "a torn line may have a part of a secret")
	require.Equal(t, "2 request ids that are none to look for", l[1].Silent[0])
	require.NotContains(t, b.scripts[len(b.scripts)-1], one, "ids are no part of the script")
}

func TestIDsAreBounded(t *testing.T) {
	b := newBench(t, "/none", func(context.Context, remote.Command) remote.Result { return remote.Result{State: remote.Unknown} })
	var ids []string
	for n := range 450 {
		ids = append(ids, fmt.Sprintf("req-%08d", n))
	}
	found := b.Search(t.Context(), of(ids...), nil)
	require.Equal(t, 400, found[0].Requests)
	require.Contains(t, found[1].Silent, "50 request ids beyond the first 400")
	require.Empty(t, b.Search(t.Context(), nil, nil), "who asks for nothing is told nothing")
}

package remote_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/executable"
)

func TestRunHandsOverScriptArgumentsAndStdin(t *testing.T) {
	s, p := one(t)
	r := p.Run(t.Context(), "ctl-1", remote.Command{
		Script: "printf '[%s]' \"$@\"\necho\ncat\necho \"it's $ERIS_SSH_CONNECTION\" >&2\nexit 3",
		Args:   []string{"a b", "it's", "", "$HOME", "x\ny"}, Stdin: []byte("data\x00\n"),
	})
	require.NoError(t, r.Err)
	require.Equal(t, remote.Done, r.State)
	require.Equal(t, 3, r.Exit)
	require.False(t, r.OK())
	require.Equal(t, "[a b][it's][][$HOME][x\ny]\ndata\x00\n", string(r.Stdout))
	require.Equal(t, "it's 198.18.9.9 4242 198.18.0.11 22\n", string(r.Stderr))
	require.False(t, r.Truncated)
	require.Positive(t, r.Took)
	require.True(t, p.Run(t.Context(), "ctl-1", remote.Command{Script: "exit 0"}).OK())
	require.Equal(t, int32(1), s.connections.Load(), "one connection is used again")
}

func TestOutputIsLimited(t *testing.T) {
	_, p := one(t)
	r := p.Run(t.Context(), "ctl-1", remote.Command{Script: "i=0; while [ $i -lt 300 ]; do echo 0123456789; i=$((i+1)); done", MaxOutput: 100})
	require.True(t, r.OK(), "a chatty command ends as it would have")
	require.True(t, r.Truncated)
	require.Len(t, r.Stdout, 100)
	big := bytes.Repeat([]byte("x"), 300_000)
	r = p.Run(t.Context(), "ctl-1", remote.Command{Script: "wc -c", Stdin: big})
	require.Equal(t, "300000", strings.TrimSpace(string(r.Stdout)))
}

func TestRootGoesThroughSudo(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	node := s.node(key, knownHosts(t, s))
	node.SSH.User, node.SSH.Sudo = "debian", true
	bin := t.TempDir()
	// A sudo that, as the real one does, keeps nothing of the environment.
	sudo := "#!/bin/sh\n[ \"$1\" = -n ] || exit 99\nshift\nexec env -i PATH=\"$PATH\" AS=root \"$@\"\n"
	executable.Write(t, filepath.Join(bin, "sudo"), sudo)
	s.path = bin + ":" + s.path
	p := pool(t, remote.Options{}, node)
	cmd := remote.Command{Script: `echo "$AS $ERIS_SSH_CONNECTION $1"`, Args: []string{"a b"}, Root: true}
	r := p.Run(t.Context(), "ctl-1", cmd)
	require.Equal(t, "root 198.18.9.9 4242 198.18.0.11 22 a b\n", string(r.Stdout), string(r.Stderr))
	cmd.Root = false
	require.Equal(t, " 198.18.9.9 4242 198.18.0.11 22 a b\n", string(p.Run(t.Context(), "ctl-1", cmd).Stdout))

	node.SSH.Sudo = false
	cmd.Root = true
	r = pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", cmd)
	require.Equal(t, remote.NotStarted, r.State)
	require.ErrorContains(t, r.Err, "set ssh.sudo: true")
}

func TestFiftyCallsKeepTheSessionLimit(t *testing.T) {
	s, p := one(t)
	var all sync.WaitGroup
	failed := make(chan error, 50)
	for range 50 {
		all.Go(func() {
			if r := p.Run(t.Context(), "ctl-1", remote.Command{Script: "sleep 0.02"}); !r.OK() {
				failed <- r.Err
			}
		})
	}
	all.Wait()
	require.Empty(t, failed)
	require.Equal(t, int32(1), s.connections.Load())
	s.mu.Lock()
	defer s.mu.Unlock()
	require.LessOrEqual(t, s.most, 8)
	require.Greater(t, s.most, 1)
	require.Zero(t, s.refused.Load())
}

func TestStreamsLeaveASessionToCommands(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	node := s.node(key, knownHosts(t, s))
	node.SSH.Sessions = 2
	p := pool(t, remote.Options{}, node)
	ctx, cancel := context.WithCancel(t.Context())
	started, ended := make(chan string, 9), make(chan error, 2)
	for range 2 { // the second one waits for ever
		go func() {
			ended <- p.Stream(ctx, "ctl-1", remote.Command{Script: "echo up; sleep 60"}, func(l string) { started <- l })
		}()
	}
	require.Equal(t, "up", <-started)
	require.True(t, p.Run(t.Context(), "ctl-1", remote.Command{Script: "true"}).OK())
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestStreamHandsOverLines(t *testing.T) {
	_, p := one(t)
	var lines []string
	add := func(l string) { lines = append(lines, l) }
	require.NoError(t, p.Stream(t.Context(), "ctl-1", remote.Command{Script: "echo a; echo; printf 'b\nrest'"}, add))
	require.Equal(t, []string{"a", "", "b", "rest"}, lines)
	err := p.Stream(t.Context(), "ctl-1", remote.Command{Script: "echo oops >&2; exit 4"}, add)
	require.ErrorContains(t, err, "status 4: oops")
	err = p.Stream(t.Context(), "ctl-1", remote.Command{Script: "while :; do printf xxxxxxxxxxxxxxxxxxxx || exit 1; done", MaxOutput: 50}, add)
	require.ErrorContains(t, err, "longer than 50 bytes")
	lines = nil
	ctx, cancel := context.WithCancel(t.Context())
	err = p.Stream(ctx, "ctl-1", remote.Command{Script: "while echo tick; do sleep 0.01; done"}, func(l string) {
		if add(l); len(lines) == 3 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, lines, 3, "nothing comes after the end")
}

func TestWhatCannotTravelIsNotStarted(t *testing.T) {
	_, p := one(t)
	for _, cmd := range []remote.Command{{Script: strings.Repeat("x", 130<<10)}, {Script: "a\x00b"}} {
		r := p.Run(t.Context(), "ctl-1", cmd)
		require.Equal(t, remote.NotStarted, r.State)
		require.Error(t, r.Err)
	}
	r := p.Run(t.Context(), "ctl-9", remote.Command{Script: "true"})
	require.Equal(t, remote.NotStarted, r.State)
	require.ErrorContains(t, r.Err, "no such node")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	require.Equal(t, remote.NotStarted, p.Run(ctx, "ctl-1", remote.Command{Script: "true"}).State)
	require.NoError(t, p.Close())
	require.ErrorIs(t, p.Run(t.Context(), "ctl-1", remote.Command{Script: "true", Timeout: time.Second}).Err, remote.ErrClosed)
}

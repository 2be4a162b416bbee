package remote_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/inventory/remote"
)

var yes = remote.Command{Script: "true"}

func requireNotStarted(t *testing.T, r remote.Result, cause error, words string) {
	t.Helper()
	require.Equal(t, remote.NotStarted, r.State)
	require.ErrorIs(t, r.Err, cause)
	require.ErrorContains(t, r.Err, words)
}

func TestAWrongHostKeyIsNamed(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	node := s.node(key, knownHosts(t, s))
	s.shows(newKey(t))
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "known_hosts:1 has ssh-ed25519 SHA256:")

	s.shows(newRSAKey(t))
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "it offers no key of the types")

	other := newServer(t, public)
	node = s.node(key, knownHosts(t, other))
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "has no entry for 127.0.0.1")

	node.SSH.KnownHosts = filepath.Join(t.TempDir(), "none")
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "read known_hosts")
	node.SSH.KnownHosts = ""
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "known_hosts")
	require.Zero(t, s.connections.Load(), "no key of ours was shown to a host that is not proven")
}

// TestTheKnownOfSeveralHostKeysIsAskedFor: a machine has keys of many types,
// and known_hosts often only one of them.
func TestTheKnownOfSeveralHostKeysIsAskedFor(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	rsaKey := newRSAKey(t)
	s.shows(newKey(t), rsaKey)
	known := filepath.Join(t.TempDir(), "known_hosts")
	line := knownhosts.Line([]string{s.listener.Addr().String()}, rsaKey.PublicKey())
	require.NoError(t, os.WriteFile(known, []byte(line), 0o600))
	require.True(t, pool(t, remote.Options{}, s.node(key, known)).Run(t.Context(), "ctl-1", yes).OK())
}

func TestARefusedKeyIsNamed(t *testing.T) {
	_, public := keyFile(t)
	wrong, _ := keyFile(t)
	s := newServer(t, public)
	known := knownHosts(t, s)
	requireNotStarted(t, pool(t, remote.Options{}, s.node(wrong, known)).Run(t.Context(), "ctl-1", yes), remote.ErrAuth, "as root")
	requireNotStarted(t, pool(t, remote.Options{}, s.node("/none/id", known)).Run(t.Context(), "ctl-1", yes), remote.ErrAuth, "no such file")
	requireNotStarted(t, pool(t, remote.Options{}, s.node("", known)).Run(t.Context(), "ctl-1", yes), remote.ErrAuth, "no key to offer")
}

func TestANodeThatIsOffIsUnreachable(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	node := s.node(key, knownHosts(t, s))
	require.NoError(t, s.listener.Close())
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrUnreachable, "refused")

	// A machine that accepts and says nothing, and one that hangs up.
	for _, hangUp := range []bool{false, true} {
		silent := func(ctx context.Context, _, _ string) (net.Conn, error) {
			near, far := net.Pipe()
			if hangUp {
				return near, far.Close()
			}
			t.Cleanup(func() { _ = far.Close() })
			return near, nil
		}
		p := pool(t, remote.Options{Dial: silent, ConnectTimeout: 50 * time.Millisecond}, node)
		requireNotStarted(t, p.Run(t.Context(), "ctl-1", yes), remote.ErrUnreachable, "connect to")
	}
}

func TestATimeoutIsUnknown(t *testing.T) {
	s, p := one(t)
	r := p.Run(t.Context(), "ctl-1", remote.Command{Script: "echo begun; sleep 60", Timeout: 10 * time.Second}) // sh must start
	require.Equal(t, remote.Unknown, r.State)
	require.False(t, r.OK())
	require.ErrorContains(t, r.Err, "did not end in time")
	require.Equal(t, "begun\n", string(r.Stdout), "what was seen is kept")
	require.True(t, p.Run(t.Context(), "ctl-1", yes).OK())
	require.Equal(t, int32(2), s.connections.Load(), "the hanging command may hold a session of the first")

	ctx, cancel := context.WithCancel(t.Context())
	s.mu.Lock()
	s.onExec = func(*ssh.ServerConn) bool { cancel(); return false } // it was dispatched
	s.mu.Unlock()
	r = p.Run(ctx, "ctl-1", remote.Command{Script: "sleep 60"})
	require.Equal(t, remote.Unknown, r.State)
	require.ErrorIs(t, r.Err, context.Canceled)
}

func TestACutRightAfterDispatchIsUnknown(t *testing.T) {
	s, p := one(t)
	require.True(t, p.Run(t.Context(), "ctl-1", yes).OK())
	var times atomic.Int32
	s.mu.Lock()
	s.onExec = func(c *ssh.ServerConn) bool { times.Add(1); _ = c.Close(); return true }
	s.mu.Unlock()
	r := p.Run(t.Context(), "ctl-1", yes)
	require.Equal(t, remote.Unknown, r.State)
	require.Error(t, r.Err)
	require.Equal(t, int32(1), times.Load(), "what may have run is never sent again")

	s.mu.Lock()
	s.onExec = nil
	s.mu.Unlock()
	r = p.Run(t.Context(), "ctl-1", yes)
	require.True(t, r.OK(), "the next command connects again: %v", r.Err)

	done := make(chan remote.Result, 1)
	begun := make(chan struct{})
	s.mu.Lock()
	s.onExec = func(*ssh.ServerConn) bool { close(begun); return false }
	s.mu.Unlock()
	go func() { done <- p.Run(t.Context(), "ctl-1", remote.Command{Script: "sleep 60"}) }()
	<-begun
	s.cut()
	require.Equal(t, remote.Unknown, (<-done).State)
}

func TestANodeThatRunsNothingIsNotStarted(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	s.limit = 0
	p := pool(t, remote.Options{}, s.node(key, knownHosts(t, s)))
	requireNotStarted(t, p.Run(t.Context(), "ctl-1", yes), remote.ErrUnreachable, "too many sessions")
}

// TestADeadNetworkIsNoticed: the peer neither answers nor hangs up.
func TestADeadNetworkIsNoticed(t *testing.T) {
	key, public := keyFile(t)
	s := newServer(t, public)
	var dead atomic.Bool
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		return &mute{Conn: c, dead: &dead, closed: make(chan struct{})}, err
	}
	p := pool(t, remote.Options{Dial: dial, KeepAlive: 3 * time.Second}, s.node(key, knownHosts(t, s)))
	require.True(t, p.Run(t.Context(), "ctl-1", yes).OK())
	err := p.Stream(t.Context(), "ctl-1", remote.Command{Script: "echo up; sleep 60"}, func(string) { dead.Store(true) })
	require.ErrorContains(t, err, "without an exit status")
}

// mute is a connection that swallows everything once it is dead.
type mute struct {
	net.Conn
	dead   *atomic.Bool
	closed chan struct{}
}

func (m *mute) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	if m.dead.Load() {
		<-m.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (m *mute) Write(p []byte) (int, error) {
	if m.dead.Load() {
		return len(p), nil
	}
	return m.Conn.Write(p)
}

func (m *mute) Close() error {
	defer func() { _ = recover() }() // a second close
	close(m.closed)
	return m.Conn.Close()
}

package remote_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is an sshd of the tests. It runs what it is asked to with the real sh.
type server struct {
	t        *testing.T
	listener net.Listener
	hostKeys []ssh.Signer
	allowed  ssh.PublicKey
	path     string // PATH of commands
	limit    int32  // sessions of a connection

	connections, refused atomic.Int32
	cutsForwards         atomic.Int32 // so many times it ends the connection instead of leading on

	mu       sync.Mutex
	running  int // commands now
	most     int // commands at once
	conns    []*ssh.ServerConn
	onExec   func(*ssh.ServerConn) (handled bool) // runs before the answer to exec
	commands sync.WaitGroup
}

func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	return signer
}

func newRSAKey(t *testing.T) ssh.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	return signer
}

// keyFile writes a new private key and returns its path and public half.
func keyFile(t *testing.T) (string, ssh.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "id")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	key, err := ssh.NewPublicKey(public)
	require.NoError(t, err)
	return file, key
}

func newServer(t *testing.T, allowed ssh.PublicKey) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &server{t: t, listener: listener, hostKeys: []ssh.Signer{newKey(t)}, allowed: allowed, path: os.Getenv("PATH"), limit: 10}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			wire, err := listener.Accept()
			if err != nil {
				return
			}
			accepting.Go(func() { s.serve(wire) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.cut()
		accepting.Wait()
		s.commands.Wait()
	})
	return s
}

// cut breaks all connections.
func (s *server) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
}

func (s *server) serve(wire net.Conn) {
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if string(key.Marshal()) != string(s.allowed.Marshal()) {
			return nil, errors.New("not this key")
		}
		return nil, nil
	}}
	s.mu.Lock()
	for _, k := range s.hostKeys {
		config.AddHostKey(k)
	}
	s.mu.Unlock()
	c, channels, requests, err := ssh.NewServerConn(wire, config)
	if err != nil {
		_ = wire.Close()
		return
	}
	s.connections.Add(1)
	s.mu.Lock()
	s.conns = append(s.conns, c)
	s.mu.Unlock()
	go ssh.DiscardRequests(requests)
	var open atomic.Int32
	var all sync.WaitGroup
	for asked := range channels {
		switch {
		case asked.ChannelType() == "direct-tcpip":
			if s.cutsForwards.Add(-1) >= 0 {
				_ = c.Close()
				continue
			}
			all.Go(func() { s.forward(asked) })
		case open.Load() >= s.limit:
			s.refused.Add(1)
			_ = asked.Reject(ssh.ResourceShortage, "too many sessions")
		default:
			open.Add(1)
			all.Go(func() { s.session(c, asked, &open) })
		}
	}
	all.Wait()
}

// shows changes the host keys.
func (s *server) shows(keys ...ssh.Signer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hostKeys = keys
}

func (s *server) count(change int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running += change
	s.most = max(s.most, s.running)
}

func (s *server) forward(asked ssh.NewChannel) {
	var to struct {
		Host  string
		Port  uint32
		From  string
		FPort uint32
	}
	if ssh.Unmarshal(asked.ExtraData(), &to) != nil {
		return
	}
	target, err := net.Dial("tcp", netip.AddrPortFrom(netip.MustParseAddr(to.Host), uint16(to.Port)).String())
	if err != nil {
		_ = asked.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	channel, requests, err := asked.Accept()
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	var copies sync.WaitGroup
	copies.Go(func() { _, _ = io.Copy(channel, target); _ = channel.Close() })
	copies.Go(func() { _, _ = io.Copy(target, channel); _ = target.Close() })
	copies.Wait()
}

func (s *server) session(c *ssh.ServerConn, asked ssh.NewChannel, open *atomic.Int32) {
	channel, requests, err := asked.Accept()
	if err != nil {
		return
	}
	defer channel.Close()
	defer open.Add(-1) // before the client hears of the end and opens the next
	for request := range requests {
		if request.Type != "exec" {
			_ = request.Reply(false, nil)
			continue
		}
		s.mu.Lock()
		onExec := s.onExec
		s.mu.Unlock()
		if onExec != nil && onExec(c) {
			return
		}
		var payload struct{ Command string }
		if ssh.Unmarshal(request.Payload, &payload) != nil {
			return
		}
		_ = request.Reply(true, nil)
		ctx, cancel := context.WithCancel(context.Background())
		s.commands.Go(func() { _ = c.Wait(); cancel() })
		s.execute(ctx, channel, payload.Command)
		cancel()
		return
	}
}

func (s *server) execute(ctx context.Context, channel ssh.Channel, line string) {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Env = []string{"PATH=" + s.path, "SSH_CONNECTION=198.18.9.9 4242 198.18.0.11 22"}
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	in, err := cmd.StdinPipe()
	if err != nil {
		return
	}
	go func() { _, _ = io.Copy(in, channel); _ = in.Close() }()
	var exit *exec.ExitError
	status := uint32(0)
	s.count(1)
	if err := cmd.Run(); errors.As(err, &exit) {
		status = uint32(exit.ExitCode())
	}
	s.count(-1)
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
}

// knownHosts writes a file that knows the servers by their first keys.
func knownHosts(t *testing.T, servers ...*server) string {
	t.Helper()
	text := ""
	for _, s := range servers {
		text += knownhosts.Line([]string{s.listener.Addr().String()}, s.hostKeys[0].PublicKey()) + "\n"
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// node is the server as an inventory names it.
func (s *server) node(key, known string) *inventory.Node {
	return &inventory.Node{
		Name: "ctl-1", Address: netip.MustParseAddrPort(s.listener.Addr().String()), Listen: "127.0.0.1",
		SSH: inventory.SSH{User: "root", Key: key, KnownHosts: known, Sessions: 8},
	}
}

func pool(t *testing.T, options remote.Options, nodes ...*inventory.Node) *remote.Pool {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_AUTH_SOCK", "")
	p, err := remote.NewPool(&inventory.Cloud{Nodes: nodes}, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// one is a server, and a pool that reaches it as ctl-1.
func one(t *testing.T) (*server, *remote.Pool) {
	t.Helper()
	key, public := keyFile(t)
	s := newServer(t, public)
	return s, pool(t, remote.Options{}, s.node(key, knownHosts(t, s)))
}

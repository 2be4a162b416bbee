package remote_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestAJumpHostIsPassedAndVerified(t *testing.T) {
	key, public := keyFile(t)
	jump, target := newServer(t, public), newServer(t, public)
	node := target.node(key, knownHosts(t, jump, target))
	node.SSH.Jump = "ops@" + jump.listener.Addr().String()
	p := pool(t, remote.Options{}, node)
	for range 3 {
		r := p.Run(t.Context(), "ctl-1", yes)
		require.True(t, r.OK(), "%v", r.Err)
	}
	require.Equal(t, int32(1), jump.connections.Load())
	require.Equal(t, int32(1), target.connections.Load())

	jump.cut()
	r := p.Run(t.Context(), "ctl-1", yes)
	for r.State == remote.Unknown { // the cut may be seen only when the command is on its way
		r = p.Run(t.Context(), "ctl-1", yes)
	}
	require.True(t, r.OK(), "both are connected again: %v", r.Err)
	require.Equal(t, int32(2), jump.connections.Load())

	node.SSH.KnownHosts = knownHosts(t, target)
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "through the jump host")
	node.SSH.KnownHosts = knownHosts(t, jump)
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrHostKey, "has no entry")
	require.NoError(t, target.listener.Close())
	node.SSH.KnownHosts = knownHosts(t, jump, target)
	requireNotStarted(t, pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes), remote.ErrUnreachable, "through the jump host")
}

// A jump host's connection may have ended when it is asked for the way on.
func TestAJumpHostThatGoesIsPassedAgain(t *testing.T) {
	key, public := keyFile(t)
	jump, target := newServer(t, public), newServer(t, public)
	node := target.node(key, knownHosts(t, jump, target))
	node.SSH.Jump = "ops@" + jump.listener.Addr().String()
	jump.cutsForwards.Store(1)
	r := pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes)
	require.True(t, r.OK(), "%v", r.Err)
	require.Equal(t, int32(2), jump.connections.Load())

	jump.cutsForwards.Store(2)
	r = pool(t, remote.Options{}, node).Run(t.Context(), "ctl-1", yes)
	requireNotStarted(t, r, remote.ErrUnreachable, "through the jump host")
}

// TestTheOperatorsConfigIsHonoured: what the inventory leaves out comes from
// ~/.ssh.
func TestTheOperatorsConfigIsHonoured(t *testing.T) {
	key, public := keyFile(t)
	jump, target := newServer(t, public), newServer(t, public)
	known := knownHosts(t, jump, target)
	host, port, err := net.SplitHostPort(jump.listener.Addr().String())
	require.NoError(t, err)
	node := target.node("", "")
	node.SSH.User = ""
	home := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(home, ".ssh"), 0o700))
	config := "Host bastion\n  HostName " + host + "\n  Port " + port + "\n  User ops\n" +
		"Host ctl-*\n  ProxyJump bastion\nHost *\n  User root\n  IdentityFile " + key + "\n  UserKnownHostsFile " + known + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(home, ".ssh", "config"), []byte(config), 0o600))
	t.Setenv("HOME", home)
	t.Setenv("SSH_AUTH_SOCK", "")
	p, err := remote.NewPool(&inventory.Cloud{Nodes: []*inventory.Node{node}}, remote.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	r := p.Run(t.Context(), "ctl-1", remote.Command{Script: "true", Root: true})
	require.True(t, r.OK(), "%v", r.Err)
	require.Equal(t, int32(1), jump.connections.Load())

	_, err = remote.NewPool(&inventory.Cloud{}, remote.Options{Config: filepath.Join(home, "none")})
	require.ErrorContains(t, err, "read ssh config")
}

func TestKeysOfTheAgentAreOffered(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	sshKey, err := ssh.NewPublicKey(public)
	require.NoError(t, err)
	s := newServer(t, sshKey)
	ring := agent.NewKeyring()
	require.NoError(t, ring.Add(agent.AddedKey{PrivateKey: private}))
	socket := serveAgent(t, ring)
	known := knownHosts(t, s)
	require.True(t, pool(t, remote.Options{AgentSocket: socket}, s.node("", known)).Run(t.Context(), "ctl-1", yes).OK())

	// A key file with a passphrase is used through the agent that holds it.
	block, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("secret"))
	require.NoError(t, err)
	locked := filepath.Join(t.TempDir(), "id")
	require.NoError(t, os.WriteFile(locked, pem.EncodeToMemory(block), 0o600))
	require.True(t, pool(t, remote.Options{AgentSocket: socket}, s.node(locked, known)).Run(t.Context(), "ctl-1", yes).OK())
	require.NoError(t, ring.RemoveAll())
	requireNotStarted(t, pool(t, remote.Options{AgentSocket: socket}, s.node(locked, known)).Run(t.Context(), "ctl-1", yes),
		remote.ErrAuth, "it has a passphrase and is not in the agent")
}

func serveAgent(t *testing.T, ring agent.Agent) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { _ = agent.ServeAgent(ring, c); _ = c.Close() })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); serving.Wait() })
	return socket
}

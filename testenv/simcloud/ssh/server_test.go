package ssh_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func key(t *testing.T) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, err := gossh.NewSignerFromKey(private)
	require.NoError(t, err)
	return signer
}

type fixture struct {
	server *ssh.Server
	node   *node.Node
	config *gossh.ClientConfig
}

func start(t *testing.T) fixture {
	t.Helper()
	n, err := node.New(context.Background(), node.Options{Name: "ctl-1", Address: "127.1.0.11"})
	require.NoError(t, err)
	host, user := key(t), key(t)
	server, err := ssh.Listen(context.Background(), ssh.Options{
		HostKey: host, Authorized: user.PublicKey(),
		Run: func(ctx context.Context, c ssh.Command) int { return n.Run(ctx, node.Session(c)) },
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		n.Close()
		require.NoError(t, server.Close())
	})
	return fixture{server: server, node: n, config: &gossh.ClientConfig{
		User: "root", Auth: []gossh.AuthMethod{gossh.PublicKeys(user)}, HostKeyCallback: gossh.FixedHostKey(host.PublicKey()),
	}}
}

func (f fixture) dial(t *testing.T) *gossh.Client {
	t.Helper()
	client, err := gossh.Dial("tcp", f.server.Addr().String(), f.config)
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestACommandGetsItsInputAndGivesOutputAndStatus(t *testing.T) {
	client := start(t).dial(t)
	session, err := client.NewSession()
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader("from here\n"), &stdout, &stderr

	err = session.Run(`cat; echo "$SSH_CONNECTION"; echo oops >&2; exit 7`)

	var exit *gossh.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 7, exit.ExitStatus())
	local, remote := client.LocalAddr().(*net.TCPAddr), client.RemoteAddr().(*net.TCPAddr)
	want := strings.Join([]string{"127.0.0.1", portOf(local), "127.0.0.1", portOf(remote)}, " ")
	require.Equal(t, "from here\n"+want+"\n", stdout.String())
	require.Equal(t, "oops\n", stderr.String())
}

func portOf(a *net.TCPAddr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

func TestTheEleventhSessionIsRefused(t *testing.T) {
	client := start(t).dial(t)
	for range ssh.MaxSessions {
		session, err := client.NewSession()
		require.NoError(t, err)
		require.NoError(t, session.Start("sleep 60"))
	}
	_, err := client.NewSession()
	var refused *gossh.OpenChannelError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, gossh.ConnectionFailed, refused.Reason)
}

func TestTheEndOfASessionEndsItsScript(t *testing.T) {
	f := start(t)
	session, err := f.dial(t).NewSession()
	require.NoError(t, err)
	out, err := session.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, session.Start("echo on; while :; do sleep 0.01; done"))
	_, err = out.Read(make([]byte, 3))
	require.NoError(t, err)
	require.Len(t, f.node.Systemd().Processes(), 1)

	require.NoError(t, session.Close())

	require.Eventually(t, func() bool { return len(f.node.Systemd().Processes()) == 0 }, 5*time.Second, time.Millisecond)
}

func TestAStrangerAndAWrongHostKeyAreRefused(t *testing.T) {
	f := start(t)
	stranger := *f.config
	stranger.Auth = []gossh.AuthMethod{gossh.PublicKeys(key(t))}
	_, err := gossh.Dial("tcp", f.server.Addr().String(), &stranger)
	require.ErrorContains(t, err, "unable to authenticate")

	f.server.SetHostKey(key(t))
	_, err = gossh.Dial("tcp", f.server.Addr().String(), f.config)
	require.ErrorContains(t, err, "host key mismatch")
}

func TestACutDropsConnectionsUntilItEnds(t *testing.T) {
	f := start(t)
	client := f.dial(t)
	f.server.Cut(true)
	require.Error(t, client.Wait())
	_, err := gossh.Dial("tcp", f.server.Addr().String(), f.config)
	require.Error(t, err)
	f.server.Cut(false)
	f.dial(t)
}

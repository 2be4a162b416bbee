package ssh_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	login "github.com/openstack-eris/eris/loadgen/dataplane/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// instance is an SSH server that lets one key of one user in and runs "true" and
// "false"; anything else it never ends.
type instance struct {
	address string
	host    ssh.PublicKey
	key     string // file of the private key that is let in
}

func pair(t *testing.T) (file string, signer ssh.Signer) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "id")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	signer, err = ssh.NewSignerFromKey(private)
	require.NoError(t, err)
	return file, signer
}

// newInstance starts one that has a host key, or these.
func newInstance(t *testing.T, hosts ...ssh.Signer) instance {
	t.Helper()
	return newInstanceThat(t, func(_ ssh.Channel, command string) (uint32, bool) {
		code, known := map[string]uint32{"true": 0, "false": 1}[command]
		return code, known
	}, hosts...)
}

// does runs a command, and says how it ended, or that it never does.
type does func(channel ssh.Channel, command string) (code uint32, ends bool)

// newInstanceThat starts one that does what it is told as it likes.
func newInstanceThat(t *testing.T, run does, hosts ...ssh.Signer) instance {
	t.Helper()
	file, user := pair(t)
	if len(hosts) == 0 {
		_, host := pair(t)
		hosts = []ssh.Signer{host}
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() != "debian" || string(key.Marshal()) != string(user.PublicKey().Marshal()) {
			return nil, os.ErrPermission
		}
		return &ssh.Permissions{}, nil
	}}
	for _, host := range hosts {
		config.AddHostKey(host)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { serve(c, config, run) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		running.Wait()
	})
	return instance{listener.Addr().String(), hosts[len(hosts)-1].PublicKey(), file}
}

func serve(c net.Conn, config *ssh.ServerConfig, run does) {
	defer func() { _ = c.Close() }()
	_, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for one := range channels {
		channel, asked, err := one.Accept()
		if err != nil {
			return
		}
		for request := range asked {
			var exec struct{ Command string }
			_ = ssh.Unmarshal(request.Payload, &exec)
			_ = request.Reply(request.Type == "exec", nil)
			if code, ends := run(channel, exec.Command); ends {
				_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{code}))
				_ = channel.Close()
			}
		}
	}
}

func (i instance) login() *login.Login {
	w := login.NewLogin()
	w.Address, w.User, w.Key = i.address, "debian", i.key
	return w
}

func once(ctx context.Context, t *testing.T, w *login.Login) loadgen.Outcome {
	t.Helper()
	s, err := w.Open(t.Context(), loadgen.Env{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(ctx)) }()
	return s.Iterate(ctx, 0, loadgen.Unrecorded{})
}

func TestWhoHasTheKeyIsLetIn(t *testing.T) {
	i := newInstance(t)
	require.NoError(t, once(t.Context(), t, i.login()).Err)

	known := i.login()
	known.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
	require.NoError(t, os.WriteFile(known.KnownHosts, []byte(knownhosts.Line([]string{i.address}, i.host)+"\n"), 0o600))
	require.NoError(t, once(t.Context(), t, known).Err)
}

// Of a machine with several keys, known_hosts need not have the one that it would
// rather show.
func TestAnInstanceIsAskedForTheKeyThatIsKnown(t *testing.T) {
	_, first := pair(t)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	second, err := ssh.NewSignerFromKey(private)
	require.NoError(t, err)
	for _, hosts := range [][]ssh.Signer{{first, second}, {second, first}} {
		i := newInstance(t, hosts...)
		w := i.login()
		w.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
		require.NoError(t, os.WriteFile(w.KnownHosts, []byte(knownhosts.Line([]string{i.address}, i.host)+"\n"), 0o600))
		require.NoError(t, once(t.Context(), t, w).Err)
	}
}

func TestHowALoginFails(t *testing.T) {
	i := newInstance(t)
	other, stranger := pair(t)
	fails := func(change func(*login.Login), class record.Class, says string) {
		w := i.login()
		change(w)
		o := once(t.Context(), t, w)
		require.Equal(t, class, o.Class, "%v", o.Err)
		require.ErrorContains(t, o.Err, says)
	}
	fails(func(w *login.Login) { w.Key = other }, record.Connect, "unable to authenticate")
	fails(func(w *login.Login) { w.User = "root" }, record.Connect, "unable to authenticate")
	fails(func(w *login.Login) { w.Command = "false" }, record.WrongResult, "the command ended with code 1")
	known := filepath.Join(t.TempDir(), "known_hosts")
	fails(func(w *login.Login) {
		w.KnownHosts = known
		require.NoError(t, os.WriteFile(w.KnownHosts, []byte(knownhosts.Line([]string{i.address}, stranger.PublicKey())+"\n"), 0o600))
	}, record.Connect, " where "+known+":1 has ssh-ed25519 SHA256:")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	fails(func(w *login.Login) { w.Address = listener.Addr().String() }, record.Connect, "connection refused")
}

func TestACutAndATimeoutEndALogin(t *testing.T) {
	w := newInstance(t).login()
	w.Command = "sleep"
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.Equal(t, record.Timeout, once(ctx, t, w).Class)
	cut, stop := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, stop)
	require.Equal(t, record.Aborted, once(cut, t, w).Class)
}

func TestArguments(t *testing.T) {
	w := &login.Login{Access: login.Access{Address: "vm-1"}}
	for _, want := range []string{"address: ", "user: must not be empty", "key: must not be empty", "command: must not be empty"} {
		require.ErrorContains(t, w.Validate(), want)
	}
	w = newInstance(t).login()
	w.Key = filepath.Join(t.TempDir(), "none")
	_, err := w.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "ssh.login: read key: open ")
	w = newInstance(t).login()
	w.KnownHosts = w.Key + ".none"
	_, err = w.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "ssh.login: read known_hosts: ")
}

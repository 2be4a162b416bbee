package ssh_test

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	own "github.com/openstack-eris/eris/loadgen/dataplane/ssh"
)

const often = 10 * time.Millisecond // between two tries

// fresh is an instance that lets in who has a key that was just made, and says what it is
// told. Its address is the caller's.
func fresh(t *testing.T, listener net.Listener) *own.Instance {
	t.Helper()
	key, err := own.NewKey()
	require.NoError(t, err)
	wanted, _, _, _, err := ssh.ParseAuthorizedKey([]byte(key.Public()))
	require.NoError(t, err)
	require.NotContains(t, key.Public(), "\n")
	_, host := pair(t)
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, shown ssh.PublicKey) (*ssh.Permissions, error) {
		if string(shown.Marshal()) != string(wanted.Marshal()) {
			return nil, os.ErrPermission
		}
		return &ssh.Permissions{}, nil
	}}
	config.AddHostKey(host)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				serve(c, config, func(channel ssh.Channel, command string) (uint32, bool) {
					_, _ = io.WriteString(channel, command+"\n")
					return 0, command != "sleep"
				})
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
	})
	return &own.Instance{Address: listener.Addr().String(), User: "debian", Key: key}
}

// It is waited for until it lets somebody in, however often that was tried before.
func TestAnInstanceIsWaitedFor(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	i, tries := fresh(t, listener), 0
	env := loadgen.Env{Dial: func(ctx context.Context, network, to string) (net.Conn, error) {
		if tries++; tries < 4 {
			return nil, &net.OpError{Op: "dial", Err: os.ErrPermission}
		}
		return (&net.Dialer{}).DialContext(ctx, network, to)
	}}
	require.NoError(t, i.Await(t.Context(), env, time.Minute, often).Err)
	require.Equal(t, 4, tries)
	said, o := i.Run(t.Context(), env, "uptime", time.Minute)
	require.NoError(t, o.Err)
	require.Equal(t, "uptime", strings.TrimSpace(said))
}

func TestHowAnInstanceFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	i := fresh(t, listener)
	require.NoError(t, i.Await(t.Context(), loadgen.Env{}, time.Minute, often).Err)
	_, o := i.Run(t.Context(), loadgen.Env{}, "sleep", 200*time.Millisecond)
	require.Equal(t, record.Timeout, o.Class)
	require.EqualError(t, o.Err, "run command: it was not over within 200ms")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, o = i.Run(ctx, loadgen.Env{}, "sleep", time.Minute)
	require.Equal(t, record.Timeout, o.Class)
	cut, stop := context.WithCancel(t.Context())
	stop()
	require.Equal(t, record.Aborted, i.Await(cut, loadgen.Env{}, time.Minute, often).Class)

	// Another machine with the same users has the address.
	other, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	stranger := fresh(t, other)
	i.Address = stranger.Address
	_, o = i.Run(t.Context(), loadgen.Env{}, "uptime", time.Minute)
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "another machine answers at the address")

	require.NoError(t, listener.Close())
	i.Address = listener.Addr().String()
	_, o = i.Run(t.Context(), loadgen.Env{}, "uptime", time.Minute)
	require.Equal(t, record.Connect, o.Class)
	require.EqualError(t, o.Err, "run command: dial: connect: connection refused")
	stranger.Key, err = own.NewKey()
	require.NoError(t, err)
	cut, stop = context.WithCancel(t.Context())
	defer stop()
	tries := 0
	env := loadgen.Env{Dial: func(ctx context.Context, network, to string) (net.Conn, error) {
		if tries++; tries == 3 {
			stop()
		}
		return (&net.Dialer{}).DialContext(ctx, network, to)
	}}
	o = stranger.Await(cut, env, time.Hour, often)
	require.Equal(t, record.Aborted, o.Class)
	require.EqualError(t, o.Err, "wait for SSH: context canceled; before: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain")
}

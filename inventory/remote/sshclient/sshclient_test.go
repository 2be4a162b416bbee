package sshclient

import (
	"crypto/ed25519"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestNothingIsWrittenAfterTheEnd: the kernel takes what is written after the other
// side has ended; the connection does not, from the moment on in which the end was read.
func TestNothingIsWrittenAfterTheEnd(t *testing.T) {
	near, far := connected(t)
	e := &ending{Conn: near}
	require.NoError(t, far.(*net.TCPConn).CloseWrite())
	n, err := e.Write([]byte("before"))
	require.NoError(t, err)
	require.Equal(t, 6, n)
	_, err = e.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	n, err = near.Write([]byte("the kernel"))
	require.NoError(t, err)
	require.Equal(t, 10, n)
	n, err = e.Write([]byte("after"))
	require.ErrorIs(t, err, io.EOF)
	require.Zero(t, n)
}

// TestWhoAsksWhileItEndsIsTold: sessions that are asked for while the other side goes
// all fail, and nothing goes on waiting.
func TestWhoAsksWhileItEndsIsTold(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(signer)
	for range 50 {
		near, far := connected(t)
		served := make(chan ssh.Conn, 1)
		go func() {
			c, channels, requests, err := ssh.NewServerConn(far, config)
			if err == nil {
				go ssh.DiscardRequests(requests)
				go func() {
					for range channels { // nobody answers
					}
				}()
			}
			served <- c
		}()
		client, err := New(near, "node:22", &ssh.ClientConfig{User: "root", HostKeyCallback: ssh.FixedHostKey(signer.PublicKey())})
		require.NoError(t, err)
		server := <-served
		require.NotNil(t, server)
		asked := make(chan error, 4)
		for range cap(asked) {
			go func() { _, err := client.NewSession(); asked <- err }()
		}
		require.NoError(t, server.Close())
		for range cap(asked) {
			require.Error(t, <-asked)
		}
		require.Error(t, client.Wait())
	}
}

// connected is a connection and its other side.
func connected(t *testing.T) (near, far net.Conn) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	near, err = new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	far, err = l.Accept()
	require.NoError(t, err)
	require.NoError(t, l.Close())
	t.Cleanup(func() {
		_ = near.Close() // they may have ended
		_ = far.Close()
	})
	return near, far
}

package workloads_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"net"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	gossh "golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
	"github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

// guests are the servers of a cloud in a bubble, as they answer by SSH through pipes.
type guests struct {
	t *testing.T
	// does is what a command does there: it writes to its output, and ends with a code.
	does func(ctx context.Context, line string, out io.Writer) int
	// answers tells whether one does, and as which: with another number it has another
	// host key. nil: all do.
	answers func(api.Guest) (is bool, as int)

	mu   sync.Mutex
	keys map[string]gossh.Signer // of hosts, by server and number
}

// reach connects to a server that answers at an address.
func (c *cloud) reach(_ context.Context, _, address string) (net.Conn, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, err
	}
	for _, each := range c.store.Guests(time.Now(), port) {
		is, as := true, 0
		if each.Address == host && c.guests.answers != nil {
			is, as = c.guests.answers(each)
		}
		if each.Address == host && is {
			return c.guests.connect(each, as), nil
		}
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func (g *guests) hostKey(name string) gossh.Signer {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.keys[name] == nil {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		require.NoError(g.t, err)
		g.keys[name], err = gossh.NewSignerFromKey(private)
		require.NoError(g.t, err)
	}
	return g.keys[name]
}

func (g *guests) connect(guest api.Guest, as int) net.Conn {
	key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(guest.Key))
	require.NoError(g.t, err)
	near, far := net.Pipe()
	one := &oneConn{conn: newEager(far), ended: make(chan struct{})}
	one.conn.closed = sync.OnceFunc(func() { close(one.ended) })
	ssh.Serve(context.WithoutCancel(g.t.Context()), one, ssh.Options{
		HostKey: g.hostKey(guest.ID + " " + strconv.Itoa(as)), Authorized: key, User: "guest",
		Run: func(ctx context.Context, c ssh.Command) int { return g.does(ctx, c.Line, c.Stdout) },
	})
	return newEager(near)
}

// oneConn is a listener of one connection, which ends with that.
type oneConn struct {
	conn  *eager
	given bool
	ended chan struct{}
}

func (o *oneConn) Accept() (net.Conn, error) {
	if !o.given {
		o.given = true
		return o.conn, nil
	}
	<-o.ended
	return nil, net.ErrClosed
}

func (*oneConn) Close() error   { return nil }
func (*oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// eager is an end of a pipe that takes what is written before the other end reads it, as
// a socket does. Without that two ends that speak first wait for each other.
type eager struct {
	net.Conn
	out    chan []byte
	done   chan struct{}
	finish func()
	closed func()
}

func newEager(c net.Conn) *eager {
	e := &eager{Conn: c, out: make(chan []byte, 64), done: make(chan struct{}), closed: func() {}}
	e.finish = sync.OnceFunc(func() { close(e.done) })
	go func() {
		for {
			select {
			case p := <-e.out:
				if _, err := c.Write(p); err != nil {
					return
				}
			case <-e.done:
				return
			}
		}
	}()
	return e
}

func (e *eager) Write(p []byte) (int, error) {
	select {
	case e.out <- append([]byte(nil), p...):
		return len(p), nil
	case <-e.done:
		return 0, net.ErrClosed
	}
}

func (e *eager) Close() error {
	e.finish()
	e.closed()
	return e.Conn.Close()
}

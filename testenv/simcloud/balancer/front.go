package balancer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Mode is what a client meets at the virtual address.
type Mode int

// The modes of a front.
const (
	Open   Mode = iota
	Closed      // connections are refused: no balancer runs there
	Dumb        // nothing answers: the holder is frozen
	Gone        // nobody is there, so that connections wait: the holder is without power
)

// Front is the loopback port that stands for one port of the virtual address.
// The port stays reserved while it refuses connections.
type Front struct {
	reserve int // socket that is bound and never listens
	address string
	server  *http.Server
	serving sync.WaitGroup

	mu     sync.Mutex
	mode   Mode
	inner  net.Listener
	change chan struct{}          // closed when the mode changes
	conns  map[net.Conn]time.Time // zero, or since when one knocks at a holder that is gone
	closed bool
}

// knocking is the key of a request's connection in its context.
type knocking struct{}

// NewFront reserves a free loopback port and serves the handler there.
func NewFront(ctx context.Context, handler http.Handler) (*Front, error) {
	f := &Front{change: make(chan struct{}), conns: map[net.Conn]time.Time{}}
	if err := f.take(); err != nil {
		return nil, fmt.Errorf("reserve a loopback port: %w", err)
	}
	if err := f.listen(ctx); err != nil {
		return nil, errors.Join(err, unix.Close(f.reserve))
	}
	f.server = &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(handler, w, r) }),
		ReadHeaderTimeout: time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, knocking{}, c) },
		ConnState: func(c net.Conn, state http.ConnState) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if state == http.StateClosed {
				delete(f.conns, c)
			}
		},
	}
	f.serving.Go(func() { _ = f.server.Serve(accepting{f, ctx}) }) // it always ends with ErrServerClosed
	return f, nil
}

// take binds a port with SO_REUSEPORT and does not listen, so that whoever
// connects while nobody else listens is refused, and nobody else gets the port.
func (f *Front) take() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1),
		unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}),
	)
	name, nameErr := unix.Getsockname(fd)
	bound, isIP := name.(*unix.SockaddrInet4)
	if err = errors.Join(err, nameErr); err != nil || !isIP {
		return errors.Join(err, unix.Close(fd))
	}
	f.reserve, f.address = fd, fmt.Sprintf("127.0.0.1:%d", bound.Port)
	return nil
}

func (f *Front) listen(ctx context.Context) error {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		return errors.Join(c.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		}), err)
	}}
	l, err := config.Listen(ctx, "tcp4", f.address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", f.address, err)
	}
	f.inner = l
	return nil
}

// Address is where clients connect.
func (f *Front) Address() string { return f.address }

// Clients lists the addresses of the clients that are connected.
func (f *Front) Clients() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]string, 0, len(f.conns))
	for c := range f.conns {
		all = append(all, c.RemoteAddr().String())
	}
	return all
}

// Set changes what clients meet. Whatever was connected is reset: a balancer
// that is gone or was replaced knows nothing of it. A front that goes dumb or
// whose holder is gone keeps its connections until it changes again; who began
// to connect meanwhile then comes to whoever is there.
func (f *Front) Set(ctx context.Context, mode Mode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || f.mode == mode {
		return nil
	}
	f.mode = mode
	close(f.change)
	f.change = make(chan struct{})
	if mode != Dumb && mode != Gone {
		f.reset(mode == Closed)
	}
	switch {
	case mode == Closed && f.inner != nil:
		err := f.inner.Close()
		f.inner = nil
		return err
	case mode != Closed && f.inner == nil:
		return f.listen(ctx)
	}
	return nil
}

// Reset drops all connections: the address has moved. Who is still about to
// connect is not known to anybody yet, and goes on.
func (f *Front) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reset(false)
}

func (f *Front) reset(all bool) {
	for c, since := range f.conns {
		if all || since.IsZero() {
			f.cut(c)
		}
	}
}

// cut resets one connection; the caller holds the lock.
func (f *Front) cut(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort: otherwise the client sees an orderly end
	}
	_ = c.Close() // it may be closed already
	delete(f.conns, c)
}

// Close ends the front and gives its port back.
func (f *Front) Close() error {
	f.mu.Lock()
	f.closed = true
	close(f.change)
	f.change = make(chan struct{})
	var err error
	if f.inner != nil {
		err = f.inner.Close()
		f.inner = nil
	}
	f.reset(true)
	f.mu.Unlock()
	err = errors.Join(err, f.server.Close())
	f.serving.Wait()
	return errors.Join(err, unix.Close(f.reserve))
}

// serve holds requests back while nothing answers.
func (f *Front) serve(handler http.Handler, w http.ResponseWriter, r *http.Request) {
	for {
		f.mu.Lock()
		mode, change := f.mode, f.change
		f.mu.Unlock()
		if mode != Dumb && mode != Gone {
			break
		}
		select {
		case <-change:
		case <-r.Context().Done():
			return
		}
	}
	if f.knock(r) {
		handler.ServeHTTP(w, r)
	}
}

// knock waits until a client that began to connect while nobody was there tries
// again, as its kernel does: a second after the first try, and each time twice
// as long after that. False when the client has gone.
func (f *Front) knock(r *http.Request) bool {
	c, _ := r.Context().Value(knocking{}).(net.Conn)
	f.mu.Lock()
	since, known := f.conns[c]
	f.mu.Unlock()
	if !known || since.IsZero() {
		return true
	}
	next := firstRetry
	for passed := time.Since(since); next < passed; {
		next = 2*next + firstRetry
	}
	select {
	case <-time.After(time.Until(since.Add(next))):
	case <-r.Context().Done():
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.conns[c]; known {
		f.conns[c] = time.Time{}
	}
	return known
}

// firstRetry is after how long Linux repeats a SYN for the first time.
const firstRetry = time.Second

// accepting is the listener that the HTTP server sees: it outlives the times
// in which nothing listens.
type accepting struct {
	front *Front
	ctx   context.Context // ends with the cloud
}

func (a accepting) Accept() (net.Conn, error) {
	f := a.front
	for {
		f.mu.Lock()
		inner, change, closed := f.inner, f.change, f.closed
		f.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if inner == nil {
			<-change
			continue
		}
		c, err := inner.Accept()
		if err != nil {
			f.mu.Lock()
			same := f.inner == inner && !f.closed
			f.mu.Unlock()
			if same {
				return nil, err
			}
			continue
		}
		if f.admit(c, inner) {
			return c, nil
		}
	}
}

// admit takes a connection on, unless its listener was closed between the
// accept and here: then nobody knows of the connection, and it is reset like
// those that were known.
func (f *Front) admit(c net.Conn, from net.Listener) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns[c] = time.Time{}
	if f.mode == Gone {
		f.conns[c] = time.Now()
	}
	if f.inner != from {
		f.cut(c)
		return false
	}
	return true
}

func (a accepting) Close() error   { return nil }
func (a accepting) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

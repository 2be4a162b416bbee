package loadgen_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

// wired is a server that keeps what comes in, byte by byte, and does with the n-th
// request what a test says.
type wired struct {
	net.Listener
	mu       sync.Mutex
	requests []string // heads, as they came
	conns    int
	all      sync.WaitGroup
}

const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func wire(t *testing.T, does func(conn net.Conn, nth int) (more bool)) *wired {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wired{Listener: l}
	w.all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.mu.Lock()
			w.conns++
			w.mu.Unlock()
			w.all.Go(func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					var head strings.Builder
					for {
						line, err := in.ReadString('\n')
						if err != nil {
							return
						}
						head.WriteString(line)
						if line == "\r\n" {
							break
						}
					}
					w.mu.Lock()
					w.requests = append(w.requests, head.String())
					nth := len(w.requests)
					w.mu.Unlock()
					if !does(conn, nth) {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		require.NoError(t, l.Close())
		w.all.Wait()
	})
	return w
}

func (w *wired) seen() (requests []string, conns int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append(requests, w.requests...), w.conns
}

func says(conn net.Conn, what string) bool {
	_, err := io.WriteString(conn, what)
	return err == nil
}

// reset ends a connection as that of a process that was killed.
func reset(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }

func send(t *testing.T, transport *loadgen.Transport, method, url string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	require.NoError(t, err)
	got, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	require.Same(t, r, got.Request)
	_, err = io.Copy(io.Discard, got.Body)
	require.NoError(t, err)
	return got.Body.Close()
}

func transport(t *testing.T) *loadgen.Transport {
	t.Helper()
	made := loadgen.NewTransport(nil, nil)
	t.Cleanup(made.CloseIdleConnections)
	return made
}

// A request that a kept connection ends on has failed, and the server sees it once,
// whatever ends that connection.
func TestNoRequestIsSentTwice(t *testing.T) {
	for name, ends := range map[string]func(net.Conn){"reset": reset, "closed": func(net.Conn) {}} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				server := wire(t, func(conn net.Conn, nth int) bool {
					if nth%2 == 0 {
						ends(conn)
						return false
					}
					body := answer
					if method == "HEAD" {
						body = strings.TrimSuffix(body, "ok")
					}
					return says(conn, body)
				})
				through := transport(t)
				failed := 0
				for range 10 {
					if send(t, through, method, "http://"+server.Addr().String()) != nil {
						failed++
					}
				}
				require.Equal(t, 5, failed)
				requests, _ := server.seen()
				require.Len(t, requests, 10)
			})
		}
	}
}

// What goes out is what net/http sends of a request without a body.
func TestARequestWithoutABodySaysNothingOfOne(t *testing.T) {
	server := wire(t, func(conn net.Conn, _ int) bool { return says(conn, answer) })
	at := server.Addr().String()
	require.NoError(t, send(t, transport(t), "GET", "http://"+at+"/a?b=c"))
	requests, _ := server.seen()
	require.Equal(t, []string{"GET /a?b=c HTTP/1.1\r\nHost: " + at + "\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n"}, requests)
}

// A kept connection that its server has closed since is no failure of the next request:
// nobody was asked on it.
func TestAConnectionThatWasClosedWhileIdleIsNotUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialled := 0
		through := loadgen.NewTransport(func(context.Context, string, string) (net.Conn, error) {
			dialled++
			near, far := net.Pipe()
			go func() {
				defer func() { _ = far.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
					says(far, answer)
				}
			}()
			return near, nil
		}, nil)
		defer through.CloseIdleConnections()
		for n := range 20 {
			require.NoError(t, send(t, through, "GET", "http://cloud"))
			require.Equal(t, n+1, dialled)
			if n%2 == 0 { // otherwise the next request races with its end
				synctest.Wait()
			}
		}
	})
}

// A server that closes what nothing was sent on for 5 s does not meet a request of a load
// that sends one each 5 s: the connection is given up before that.
func TestAConnectionIsGivenUpBeforeItsServerDoesThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed, lasting := 0, &sync.WaitGroup{}
		through := loadgen.NewTransport(func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			lasting.Go(func() {
				defer func() { _ = far.Close() }()
				for in := bufio.NewReader(far); ; says(far, answer) {
					_ = far.SetReadDeadline(time.Now().Add(5 * time.Second))
					_, err := http.ReadRequest(in)
					if errors.Is(err, os.ErrDeadlineExceeded) {
						closed++
					}
					if err != nil {
						return
					}
				}
			})
			return near, nil
		}, nil)
		for range 20 {
			require.NoError(t, send(t, through, "GET", "http://cloud"))
			time.Sleep(5 * time.Second)
		}
		through.CloseIdleConnections()
		lasting.Wait()
		require.Zero(t, closed)
	})
}

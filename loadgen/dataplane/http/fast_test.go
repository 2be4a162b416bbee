package http_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	data "github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// fastTo opens a session of fast requests to a handler, and counts its connections.
func fastTo(t *testing.T, get *data.Get, handler http.HandlerFunc) (s loadgen.Session, connections *atomic.Int64, server *httptest.Server) {
	t.Helper()
	connections = new(atomic.Int64)
	server = httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	get.URL, get.Fast = server.URL+"/a?b=c", true
	s, err := get.Open(t.Context(), loadgen.Env{Run: "r1"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) })
	return s, connections, server
}

// All ways of ending an answer leave the connection for the next one, but for that
// which says so.
func TestFastReadsEveryAnswerToItsEnd(t *testing.T) {
	for _, c := range []struct {
		name, method, has string
		answer            http.HandlerFunc
		connections       int64
	}{
		{"of a length", "GET", "hello", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("hello " + r.URL.RawQuery)) }, 1},
		{"in chunks", "GET", strings.Repeat("x", 9000), func(w http.ResponseWriter, _ *http.Request) {
			for range 9 {
				_, _ = w.Write([]byte(strings.Repeat("x", 1000)))
				w.(http.Flusher).Flush()
			}
		}, 1},
		{"without a body", "HEAD", "", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "100") }, 1},
		{"nothing", "GET", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, 1},
		{"after a hint", "GET", "end", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			_, _ = w.Write([]byte("the end"))
		}, 1},
		{"the last", "GET", "bye", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			_, _ = w.Write([]byte("bye"))
		}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			get := data.NewGet()
			get.Method, get.Body = c.method, c.has
			s, connections, _ := fastTo(t, get, c.answer)
			for n := range int64(5) {
				o := s.Iterate(t.Context(), n, nil)
				require.Equal(t, record.OK, o.Class, "%v", o.Err)
			}
			require.Equal(t, c.connections, connections.Load())
		})
	}
}

// A connection that its server has closed between two requests is no failure of the
// second one: nobody was asked on it.
func TestFastMeetsAClosedConnection(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		get := data.NewGet()
		get.Method = method
		s, connections, server := fastTo(t, get, func(http.ResponseWriter, *http.Request) {})
		for n := range int64(20) {
			o := s.Iterate(t.Context(), n, nil)
			require.Equal(t, record.OK, o.Class, "%s: %v", method, o.Err)
			require.Equal(t, n+1, connections.Load())
			server.CloseClientConnections()
			closed := time.Now()
			require.Eventually(t, func() bool { return time.Since(closed) > time.Millisecond }, time.Minute, time.Millisecond)
		}
	}
}

// A connection that ends without an answer is told, be it a new one or one that has
// answered before, and nothing is sent again.
func TestFastIsResetOnce(t *testing.T) {
	var asked atomic.Int64
	s, _, _ := fastTo(t, data.NewGet(), func(http.ResponseWriter, *http.Request) {
		if n := asked.Add(1); n == 1 || n%2 == 0 {
			panic(http.ErrAbortHandler)
		}
	})
	failed := 0
	for n := range int64(21) {
		if o := s.Iterate(t.Context(), n, nil); o.Err != nil {
			require.Equal(t, record.Connect, o.Class)
			failed++
		}
	}
	require.Equal(t, int64(21), asked.Load())
	require.Equal(t, 11, failed)
}

func TestFastOverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	get := data.NewGet()
	get.URL, get.Fast = server.URL, true
	o := once(t, get)
	require.Equal(t, record.TLS, o.Class, "nobody has signed its certificate")
	var unknown *tls.CertificateVerificationError
	require.ErrorAs(t, o.Err, &unknown)
}

// A server is trusted whose certificate somebody has signed who is in the file, and no other.
func TestGetTrustsTheAuthoritiesOfAFile(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	for _, fast := range []bool{false, true} {
		get := data.NewGet()
		get.URL, get.Fast = server.URL, fast
		require.Equal(t, record.TLS, once(t, get).Class)
		get.CA = ca
		o := once(t, get)
		require.Equal(t, record.OK, o.Class, "%v", o.Err)
		get.CA = os.DevNull
		_, err := get.Open(t.Context(), loadgen.Env{})
		require.ErrorContains(t, err, "there is no certificate in it")
		get.CA = ca + ".none"
		_, err = get.Open(t.Context(), loadgen.Env{})
		require.ErrorContains(t, err, "read ca")
		get.URL = "http://" + server.Listener.Addr().String()
		require.ErrorContains(t, get.Validate(), "ca: is for an https:// address")
	}
}

// Many at once have a connection each, and what is cut is not used again.
func TestFastManyAtOnce(t *testing.T) {
	release := make(chan struct{})
	s, connections, _ := fastTo(t, data.NewGet(), func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	const atOnce = 20
	classes := make([]record.Class, atOnce)
	var all sync.WaitGroup
	for n := range classes {
		all.Go(func() { classes[n] = s.Iterate(ctx, int64(n), nil).Class })
	}
	require.Eventually(t, func() bool { return connections.Load() == atOnce }, 10*time.Second, 5*time.Millisecond)
	cancel()
	all.Wait()
	for _, class := range classes {
		require.Equal(t, record.Aborted, class)
	}
	close(release)
	require.NoError(t, s.Iterate(t.Context(), 99, nil).Err)
	require.Equal(t, int64(atOnce+1), connections.Load())
}

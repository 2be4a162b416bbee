package workloads_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	gossh "golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// cloud is the embedded cloud's OpenStack in a bubble: its services answer over
// HTTP through pipes, in fake time. A test breaks what it wants to.
type cloud struct {
	t      *testing.T
	store  *api.Store
	env    loadgen.Env
	guests guests
	said   bytes.Buffer // what was logged, where a test has it logged

	mu       sync.Mutex
	services map[string]*api.Service // by port
	calls    int                     // requests since the last break
	from     int                     // the first that is broken; negative: none is
	how      breakage
	closed   bool     // nobody listens
	gone     string   // the address at which nobody listens any more
	asked    []string // what was, since the last break

	dialled chan net.Conn
	done    chan struct{}
}

// breakage answers a request instead of the cloud, which next is.
type breakage func(w http.ResponseWriter, r *http.Request, next http.Handler)

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{t: t, store: api.NewStore(rand.New(rand.NewPCG(1, 2))), services: map[string]*api.Service{}, from: -1, dialled: make(chan net.Conn), done: make(chan struct{})}
	c.guests = guests{t: t, keys: map[string]gossh.Signer{}, does: func(context.Context, string, io.Writer) int { return 0 }}
	for name, port := range api.Names() {
		at := fmt.Sprint("127.0.0.1:", port)
		c.services[at] = api.New(name, c.store, idle{})
		c.store.SetEndpoint(name, "http://"+at)
	}
	for _, host := range []string{"cmp-1", "cmp-2"} {
		c.store.Heard(host, time.Now().AddDate(1, 0, 0)) // they are up as long as the test goes on
	}
	server := &http.Server{Handler: http.HandlerFunc(c.serve), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(c) }()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(file, []byte(fmt.Sprintf(`clouds:
  bubble:
    region_name: RegionOne
    auth: {auth_url: "http://127.0.0.1:5000/v3", username: admin, password: %q, project_name: admin, user_domain_name: Default, project_domain_name: Default}
`, c.store.Password)), 0o600))
	transport := loadgen.NewTransport(c.dial, nil)
	c.env = loadgen.Env{Run: "test", Load: "make", Seed: 7, Clouds: file, Cloud: "bubble", Transport: transport, Dial: c.reach}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return c
}

// transportForgets closes the connections that nobody uses now.
func (c *cloud) transportForgets() {
	c.env.Transport.(interface{ CloseIdleConnections() }).CloseIdleConnections()
}

func (c *cloud) dial(ctx context.Context, _, address string) (net.Conn, error) {
	c.mu.Lock()
	closed := c.closed || address == c.gone
	c.mu.Unlock()
	if closed {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	select {
	case c.dialled <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make it the listener of its server.
func (c *cloud) Accept() (net.Conn, error) {
	select {
	case conn := <-c.dialled:
		return conn, nil
	case <-c.done:
		return nil, net.ErrClosed
	}
}

func (c *cloud) Close() error {
	close(c.done)
	return nil
}

func (*cloud) Addr() net.Addr { return &net.TCPAddr{} }

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	broken, how := c.from >= 0 && c.calls >= c.from, c.how
	c.calls++
	c.asked = append(c.asked, r.Method+" "+r.URL.Path)
	service := c.services[r.Host]
	c.mu.Unlock()
	if broken {
		how(w, r, service)
		return
	}
	service.ServeHTTP(w, r)
}

// breaks has every request broken after that many more.
func (c *cloud) breaks(after int, how breakage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls, c.asked, c.from, c.how = 0, nil, after, how
}

// repeated tells of each request since the last break whether the two before it
// were the same: a question that is put until the answer changes fails alike
// each time.
func (c *cloud) repeated() []bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	same := make([]bool, len(c.asked))
	for n := 2; n < len(same); n++ {
		same[n] = c.asked[n] == c.asked[n-1] && c.asked[n] == c.asked[n-2]
	}
	return same
}

// request is the one that came after that many since the last break, or nothing.
func (c *cloud) request(after int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if after >= len(c.asked) {
		return ""
	}
	return c.asked[after]
}

// heals ends the breakage and returns how many requests came since it began.
func (c *cloud) heals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.from, c.closed = -1, false
	calls := c.calls
	c.calls, c.asked = 0, nil
	return calls
}

// refuses closes the cloud's port.
func (c *cloud) refuses(http.ResponseWriter, *http.Request, http.Handler) {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	panic(http.ErrAbortHandler)
}

// answers answers with a status and a body that means nothing.
func answers(status int) breakage {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "oops")
	}
}

// resets breaks the connection before the cloud has the request.
func resets(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// loses breaks the connection after the cloud has done what was asked.
func loses(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// delays breaks the connection, and the cloud does what was asked a second later.
func delays(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	body, _ := io.ReadAll(r.Body)
	late := r.Clone(context.WithoutCancel(r.Context()))
	late.Body = io.NopCloser(bytes.NewReader(body))
	time.AfterFunc(time.Second, func() { next.ServeHTTP(httptest.NewRecorder(), late) })
	panic(http.ErrAbortHandler)
}

// stalls never answers.
func stalls(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the client leave
	<-r.Context().Done()
}

// undeletable fails what deletes.
func undeletable(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodDelete || strings.HasSuffix(r.URL.Path, "/remove_router_interface") {
		answers(http.StatusServiceUnavailable)(w, r, next)
		return
	}
	next.ServeHTTP(w, r)
}

// idle is a node on which nothing fails, and all work takes its time.
type idle struct{}

func (idle) Log(string, string) {}

func (idle) Work(ctx context.Context, median time.Duration) error {
	timer := time.NewTimer(median)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (idle) Database(context.Context, bool) error { return nil }
func (idle) Replicas(context.Context, bool) error { return nil }
func (idle) Cached(context.Context, string) bool  { return true }
func (idle) Forget(string)                        {}
func (idle) Keys() []string                       { return []string{"key"} }
func (idle) Remember(string)                      {}
func (idle) Remembers(string) bool                { return false }
func (idle) Message(context.Context) error        { return nil }
func (idle) Asked(context.Context, string) error  { return nil }
func (idle) Identity(*http.Request) int           { return http.StatusOK }

// once breaks one request.
func once(c *cloud, how breakage) breakage {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		c.heals()
		how(w, r, next)
	}
}

// spoiled passes an answer on with other words.
func spoiled(w http.ResponseWriter, r *http.Request, next http.Handler, was, is string) {
	kept := httptest.NewRecorder()
	next.ServeHTTP(kept, r)
	w.WriteHeader(kept.Code)
	_, _ = w.Write([]byte(strings.Replace(kept.Body.String(), was, is, 1)))
}

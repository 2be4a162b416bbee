package openstack_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

// heard are the ids with which a cloud was asked.
type heard struct {
	mu  sync.Mutex
	ids []string
}

// then answers in a cloud's place, and hears.
func (h *heard) then(cloud *openstacktest.Cloud, answer func(w http.ResponseWriter, r *http.Request) bool) {
	hear := func(w http.ResponseWriter, r *http.Request) bool {
		h.mu.Lock()
		h.ids = append(h.ids, r.Header.Get("X-Openstack-Request-Id"))
		h.mu.Unlock()
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the client leave
		return answer(w, r)
	}
	cloud.Break.Store(&hear)
}

func (h *heard) last() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ids[len(h.ids)-1]
}

func TestARequestThatNobodyAnswersHasTheIDThatItWasSentWith(t *testing.T) {
	cloud := openstacktest.New(t)
	client, err := openstack.NewClient(cloud.Env)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	identity, err := client.Identity()
	require.NoError(t, err)
	ask := func() loadgen.Outcome {
		limited, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, o := client.IssueToken(limited, identity)
		return o
	}
	var heard heard
	own := func(w http.ResponseWriter) string { return w.Header().Get("X-Openstack-Request-Id") }
	for _, c := range []struct {
		what   string
		answer func(w http.ResponseWriter, r *http.Request) bool
		class  record.Class
		given  bool // the service has named one too
		sent   bool
	}{
		{"nothing", func(_ http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		}, record.Timeout, false, true},
		{"a connection that ends", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, record.Connect, false, true},
		{"a half answer", func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			return true
		}, record.Timeout, true, true},
		{"an error of the service", func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}, record.HTTP5xx, true, true},
		{"an error of a balancer", func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Del("X-Openstack-Request-Id")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}, record.HTTP5xx, false, true},
		{"a token", func(w http.ResponseWriter, _ *http.Request) bool { return own(w) == "" }, record.OK, true, false},
	} {
		heard.then(cloud, c.answer)
		o := ask()
		require.Equal(t, c.class, o.Class, "%s: %v", c.what, o.Err)
		require.Equal(t, c.given, o.RequestID != "", "%s: %+v", c.what, o)
		require.Regexp(t, `^req-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`, heard.last(), "the only form that services take")
		if c.sent {
			require.Equal(t, heard.last(), o.SentID, c.what)
			require.NotContains(t, o.Err.Error(), heard.last(), "texts stay alike")
		} else {
			require.Empty(t, o.SentID, c.what)
		}
	}
	seen := map[string]bool{}
	for _, id := range heard.ids {
		require.False(t, seen[id], "each request has its own")
		seen[id] = true
		require.Equal(t, heard.ids[0][:len("req-00000000")], id[:len("req-00000000")], "those of a run begin alike")
	}
	again, err := openstack.NewClient(cloud.Env)
	require.NoError(t, err)
	t.Cleanup(again.Close)
	identity, err = again.Identity()
	require.NoError(t, err)
	_, o := again.IssueToken(t.Context(), identity)
	require.Equal(t, record.OK, o.Class)
	require.False(t, seen[heard.last()], "nor does another client of the run repeat one")
}

// What was never sent can be in no log.
func TestARequestThatWasNotSentHasNoID(t *testing.T) {
	cloud := openstacktest.New(t)
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	cloud.Env.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, closed.Addr().String())
	}
	client, err := openstack.NewClient(cloud.Env)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	identity, err := client.Identity()
	require.NoError(t, err)
	_, o := client.IssueToken(t.Context(), identity)
	require.Equal(t, record.Connect, o.Class)
	require.Empty(t, o.SentID+o.RequestID)
	require.ErrorContains(t, o.Err, "refused")
}

// atOnce answers each request, without a network.
type atOnce struct{}

func (atOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusCreated, Header: http.Header{"X-Subject-Token": {"t"}, "X-Openstack-Request-Id": {"req-1"}},
		Body: io.NopCloser(strings.NewReader(`{"token": {}}`)), Request: r,
	}, nil
}

// BenchmarkRequest is what a request costs beside the network.
func BenchmarkRequest(b *testing.B) {
	path := filepath.Join(b.TempDir(), "clouds.yaml")
	require.NoError(b, os.WriteFile(path, []byte("clouds: {a: {auth: {auth_url: 'http://192.0.2.1/v3', username: a, password: b, user_domain_name: c}}}"), 0o600))
	client, err := openstack.NewClient(loadgen.Env{Run: "bench", Cloud: "a", Clouds: path, Transport: atOnce{}})
	require.NoError(b, err)
	identity, err := client.Identity()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, o := client.IssueToken(b.Context(), identity); o.Class != record.OK {
			b.Fatal(o.Err)
		}
	}
}

package familytest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/inventory"
)

// Gateway is what stands before a cloud's Nova and gives up on a change, as a balancer
// does with a slow server, that comes all the same a while later.
type Gateway struct {
	Holds   atomic.Bool   // it gives up on the next change
	Let     chan struct{} // who closes it has that come at once
	Comes   chan struct{} // closed when that has come
	Forbids atomic.Bool   // it forbids everything
}

// GivesUpOn has it give up on the change that fire makes, which is told 2 s later that it
// has waited for its effect long enough.
func (g *Gateway) GivesUpOn(t *testing.T, fire func(ctx context.Context) error) {
	t.Helper()
	g.Holds.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fired := make(chan error, 1)
	go func() { fired <- fire(ctx) }()
	faulttest.Eventually(t, 90*time.Second, "the change has come to the gateway", func() bool {
		select {
		case err := <-fired:
			require.FailNow(t, "it ended before its change came to the gateway", "%v", err)
		default:
		}
		return !g.Holds.Load()
	})
	time.AfterFunc(2*time.Second, cancel)
	require.Error(t, <-fired)
}

// Behind has a cloud's credentials lead to it by way of a gateway. A change is a request
// of that method. endpoint is where the cloud's own services are.
func Behind(t *testing.T, cloud *inventory.Cloud, endpoint func(service string) string, method string, after time.Duration) *Gateway {
	t.Helper()
	g := &Gateway{Let: make(chan struct{}), Comes: make(chan struct{})}
	to, err := url.Parse(endpoint("nova-api"))
	require.NoError(t, err)
	through := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.Forbids.Load() {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if r.Method != method || !g.Holds.CompareAndSwap(true, false) {
			through.ServeHTTP(w, r)
			return
		}
		text, _ := io.ReadAll(r.Body)
		again := r.Clone(context.WithoutCancel(r.Context()))
		again.Body = io.NopCloser(bytes.NewReader(text))
		go func() {
			select {
			case <-t.Context().Done():
				return
			case <-time.After(after):
			case <-g.Let:
			}
			defer close(g.Comes)
			through.ServeHTTP(httptest.NewRecorder(), again)
		}()
		w.WriteHeader(http.StatusGatewayTimeout)
	}))
	t.Cleanup(front.Close)
	login, err := url.Parse(endpoint("keystone"))
	require.NoError(t, err)
	keystone := httputil.NewSingleHostReverseProxy(login)
	keystone.ModifyResponse = func(r *http.Response) error { // its catalogue has the gateway
		text, err := io.ReadAll(r.Body)
		text = bytes.ReplaceAll(text, []byte(endpoint("nova-api")), []byte(front.URL))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		r.Header.Del("Content-Length")
		return err
	}
	door := httptest.NewServer(keystone)
	t.Cleanup(door.Close)
	text, err := os.ReadFile(cloud.OpenStack.File)
	require.NoError(t, err)
	cloud.OpenStack.File = filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(cloud.OpenStack.File, []byte(strings.ReplaceAll(string(text), endpoint("keystone"), door.URL)), 0o600))
	return g
}

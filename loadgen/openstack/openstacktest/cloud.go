// Package openstacktest is a very small cloud for the tests of workloads: a
// Keystone with tokens that a test can break, and a handler for the other
// services.
package openstacktest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

// Cloud is a running cloud. Handlers may be replaced before use.
type Cloud struct {
	URL     string
	Env     loadgen.Env
	Renewed atomic.Int64 // token renewals on the measuring path

	Calls       atomic.Int64 // requests of all kinds
	Connections atomic.Int64 // accepted
	Issued      atomic.Int64 // tokens
	Lifetime    atomic.Int64 // of tokens, ns

	// Break, when set, answers instead of the cloud; false passes on.
	Break atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool]
	// Answer is every other service: compute, image, network and volumev3, each
	// below a folder of that name.
	Answer http.HandlerFunc
}

// New starts a cloud that ends with the test.
func New(t *testing.T) *Cloud {
	t.Helper()
	c := &Cloud{}
	c.Lifetime.Store(int64(time.Hour))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v3/auth/tokens", c.issue)
	mux.HandleFunc("GET /v3/auth/tokens", c.validate)
	for service, version := range map[string]string{"network": "v2.0", "image": "v2.15", "volumev3": "v3.0"} {
		mux.HandleFunc("GET /"+service+"/{$}", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"versions": [{"id": %q, "status": "CURRENT", "links": []}]}`, version)
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { c.Answer(w, r) })
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.Calls.Add(1)
		w.Header().Set("X-Openstack-Request-Id", fmt.Sprintf("req-%d", c.Calls.Load()))
		if b := c.Break.Load(); b == nil || !(*b)(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.Connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c.URL = server.URL
	c.Env = loadgen.Env{Run: "test", Cloud: "probe", Clouds: c.clouds(t), Reauthenticated: func() { c.Renewed.Add(1) }}
	return c
}

func (c *Cloud) clouds(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(path, []byte(fmt.Sprintf(`clouds:
  probe:
    region_name: RegionOne
    auth: {auth_url: %s/v3, username: probe, password: secret, project_name: probe, user_domain_name: Default, project_domain_name: Default}
`, c.URL)), 0o600))
	return path
}

// Broken makes the cloud answer with a status and a body.
func (c *Cloud) Broken(status int, body string) {
	answer := func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
	c.Break.Store(&answer)
}

func (c *Cloud) issue(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Subject-Token", fmt.Sprintf("token-%d", c.Issued.Add(1)))
	w.WriteHeader(http.StatusCreated)
	c.token(w)
}

// validate knows only the last token.
func (c *Cloud) validate(w http.ResponseWriter, r *http.Request) {
	last := fmt.Sprintf("token-%d", c.Issued.Load())
	switch {
	case r.Header.Get("X-Auth-Token") != last:
		w.WriteHeader(http.StatusUnauthorized)
	case r.Header.Get("X-Subject-Token") != last:
		w.WriteHeader(http.StatusNotFound)
	default:
		c.token(w)
	}
}

func (c *Cloud) token(w http.ResponseWriter) {
	type object = map[string]any
	catalog := []object{}
	for kind, path := range map[string]string{"compute": "/compute/v2.1", "image": "/image", "network": "/network", "volumev3": "/volumev3/v3/p1"} {
		catalog = append(catalog, object{"type": kind, "name": kind, "endpoints": []object{
			{"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": c.URL + path},
		}})
	}
	_ = json.NewEncoder(w).Encode(object{"token": object{
		"expires_at": time.Now().UTC().Add(time.Duration(c.Lifetime.Load())).Format("2006-01-02T15:04:05.000000Z"),
		"user":       object{"id": "u1", "name": "probe"},
		"catalog":    catalog,
	}})
}

package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// between is a server in front of a served cloud's Keystone and Swift, through which the
// catalogue leads.
type between struct {
	*httptest.Server
	mu     sync.Mutex
	refuse string // of which Swift's object the upload ends with a status; empty: of none
	tokens string // that were given out
}

// refuses has it refuse from now on.
func (b *between) refuses(object string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = object
}

func (b *between) refused() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refuse
}

// given is what tokens it gave out.
func (b *between) given() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tokens
}

func (c *servedCloud) between(t *testing.T) *between {
	t.Helper()
	swift, err := c.client.Find(t.Context(), "object-store", services.NewObjectStorageV1)
	require.NoError(t, err)
	store, err := url.Parse(swift.Endpoint)
	require.NoError(t, err)
	keystone, err := url.Parse(c.client.Provider.IdentityBase)
	require.NoError(t, err)
	b := &between{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", keystone.Host, ""
			if strings.HasPrefix(r.In.URL.Path, "/v1/") {
				r.Out.URL.Host = store.Host
			}
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			body = bytes.ReplaceAll(body, []byte("http://"+store.Host+"/v1/"), []byte(b.URL+"/v1/"))
			r.Body = io.NopCloser(bytes.NewReader(body))
			if r.Request.Method != http.MethodHead {
				r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			b.tokens += r.Header.Get("X-Subject-Token")
			return err
		},
	}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse := b.refused(); r.Method == http.MethodPut && refuse != "" && strings.HasSuffix(r.URL.Path, refuse) {
			http.Error(w, "no room for what "+r.Header.Get("X-Auth-Token")+" sends", http.StatusInsufficientStorage)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(b.Close)
	return b
}

// inventory is one that leads there.
func (b *between) inventory(c *servedCloud) string {
	c.t.Helper()
	clouds, err := os.ReadFile(filepath.Join(c.dir, "cloud", "clouds.yaml"))
	require.NoError(c.t, err)
	lines := strings.Split(string(clouds), "\n")
	for n, line := range lines {
		if before, _, is := strings.Cut(line, "auth_url: "); is {
			lines[n] = before + "auth_url: " + b.URL + "/v3"
		}
	}
	require.Contains(c.t, strings.Join(lines, "\n"), b.URL)
	require.NoError(c.t, os.WriteFile(filepath.Join(c.dir, "clouds.yaml"), []byte(strings.Join(lines, "\n")), 0o600))
	path := filepath.Join(c.dir, "between.yaml")
	require.NoError(c.t, os.WriteFile(path, []byte(`version: eris/v1
cloud: {name: between, kind: real}
openstack: {file: clouds.yaml, cloud: served}
nodes: {ctl-1: {address: 198.51.100.11, roles: [controller]}}
services: {keystone: {unit: keystone.service, on: {role: controller}}}
`), 0o600))
	return path
}

func TestAPushThatFailsSaysWhatWasSentAndLeavesTheEarlierSite(t *testing.T) {
	c := serveCloud(t)
	for _, run := range []string{"a", "b"} {
		require.NoError(t, os.MkdirAll(filepath.Join(c.dir, "runs", run), 0o755))
		journal := `{"seq":0,"at_ns":0,"type":"started","started":{"format":1,"run":"` + run + `","scenario":"drill","cloud":"prod","kind":"real","at":"2026-11-20T09:00:00Z","objectives":[],"loads":[],"faults":[]}}
{"seq":1,"at_ns":10,"type":"ended","ended":{}}
`
		require.NoError(t, os.WriteFile(filepath.Join(c.dir, "runs", run, "journal.ndjson"), []byte(journal), 0o600))
	}
	b := c.between(t)
	c.inventory = b.inventory(c)

	b.refuses("/drills/runs/b.html")
	code, out := c.eris("publish", "--swift", "drills", "--make-container")
	require.Equal(t, exitInternal, code, out)
	require.Contains(t, out, "made container drills\nsent runs/a.html\nnot known to be sent: runs/b.html\neris: push site: send runs/b.html: store object: ")
	require.Contains(t, out, "got 507 instead")
	require.Contains(t, out, "the site is in site; there is no index there yet; the same command again sends the rest")
	require.NotEmpty(t, b.given())
	require.NotContains(t, out, b.given())
	require.Equal(t, []string{"eris-publish.txt", "runs/a.html"}, c.stored("drills"))

	b.refuses("")
	code, out = c.eris("publish", "--swift", "drills")
	require.Equal(t, exitPass, code, out)
	require.Contains(t, out, "drills: 2 sent, 1 as they were, 0 deleted\n")
	require.Contains(t, out, b.URL+"/v1/")
	require.Equal(t, []string{"eris-publish.txt", "index.html", "runs/a.html", "runs/b.html"}, c.stored("drills"))

	b.refuses("/drills/index.html")
	code, out = c.eris("publish", "--swift", "drills", "--title", "another")
	require.Equal(t, exitInternal, code, out)
	require.Contains(t, out, "not known to be sent: index.html")
	require.Contains(t, out, "whether the index there is the new one is not known, and its reports are all there in any case")
}

// stored are the names of the objects of a container.
func (c *servedCloud) stored(container string) (names []string) {
	c.t.Helper()
	swift, err := c.client.Find(c.t.Context(), "object-store", services.NewObjectStorageV1)
	require.NoError(c.t, err)
	var rows []struct{ Name string }
	require.NoError(c.t, openstack.Call(c.t.Context(), swift, http.MethodGet, swift.ServiceURL(container)+"?format=json", nil, &rows, http.StatusOK).Err)
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names
}

// publishAndHang makes half of a site, says so, and waits to be killed.
func publishAndHang() {
	err := replaceSite(os.Stderr, "site", func(folder string) error {
		err := errors.Join(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, "index.html"), []byte("half of a site"), 0o600), os.WriteFile("hangs", nil, 0o600))
		if err != nil {
			return err
		}
		select {}
	})
	os.Exit(report(os.Stderr, err))
}

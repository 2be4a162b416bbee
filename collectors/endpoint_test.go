package collectors_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
)

// asks sends one question of a Prometheus.
func asks(t *testing.T, p *collectors.Prometheus) ([]string, error) {
	t.Helper()
	p.Queries = map[string]collectors.PromQuery{"api.latency": {Query: `max(latency{job="a+b"})`, Unit: "s"}}
	asker, err := p.Open(nil)
	if err != nil {
		return nil, err
	}
	defer asker.Close()
	readings, err := asker.Ask(t.Context())
	return words(p, readings, err), err
}

func at(address string) *collectors.Prometheus {
	p := collectors.NewPrometheus()
	p.URL = address
	return p
}

func serve(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

const vector = `{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "0.5"]}]}}`

func TestPrometheusIsAskedAsItsPageSays(t *testing.T) {
	var asked *http.Request
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r
		_, _ = w.Write([]byte(vector))
	})
	got, err := asks(t, at(where+"/prom/"))
	require.NoError(t, err)
	require.Equal(t, "api.latency 0.5", got[1])
	require.Equal(t, "/prom/api/v1/query", asked.URL.Path)
	require.Equal(t, `max(latency{job="a+b"})`, asked.URL.Query().Get("query"))
	require.Equal(t, "5s", asked.URL.Query().Get("timeout"))
	require.Empty(t, asked.Header.Get("Authorization"))
}

// Who gives no whole answer in time, or fails, is not up; it is no gap.
func TestWhoDoesNotAnswerIsNotUp(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	for what, where := range map[string]string{
		"refused": closed.URL,
		"503":     serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }),
		"slow":    serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
		"cut off": serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(vector))
		}),
		"stuck": serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(vector[:20]))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}),
	} {
		began, p := time.Now(), at(where)
		p.Timeout = 200 * time.Millisecond
		got, err := asks(t, p)
		require.NoError(t, err, what)
		require.Equal(t, []string{"prometheus.up{server=" + strings.TrimPrefix(where, "http://") + "} 0"}, got, what)
		require.Less(t, time.Since(began), 10*time.Second, what)
	}
}

// Of several queries those that were answered before one was not are kept.
func TestAnswersBeforeASilenceAreKept(t *testing.T) {
	p := at(serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("query") == "slow" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(vector))
	}))
	p.Queries = map[string]collectors.PromQuery{"a.first": {Query: "quick", Unit: "1"}, "b.second": {Query: "slow", Unit: "1"}, "c.third": {Query: "quick", Unit: "1"}}
	got := sweep(t, p, nil)
	require.Len(t, got, 2)
	require.True(t, strings.HasSuffix(got[0], " 0"), got[0])
	require.Equal(t, "a.first 0.5", got[1])
}

// What is asked wrongly is an error, in Prometheus' words.
func TestWhatPrometheusRefusesIsAGap(t *testing.T) {
	_, err := asks(t, at(serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"status": "error", "errorType": "bad_data", "error": "1:4: parse error: unclosed left parenthesis"}`))
	})))
	require.EqualError(t, err, "read prometheus: api.latency: 1:4: parse error: unclosed left parenthesis")
	_, err = asks(t, at(serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "who are you?", http.StatusUnauthorized) })))
	require.EqualError(t, err, `read prometheus: api.latency: it answers with status 401: "who are you?"`)
	_, err = asks(t, at(serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 17<<20)) })))
	require.ErrorContains(t, err, "the answer is longer than")
}

// A secret is in its file, goes to whom it is for and to nobody else, and is in no error.
func TestSecretsAreToldToNobodyElse(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("open sesame\r\nsecond line\n"), 0o600))
	var said []string
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		said = append(said, "elsewhere "+r.Header.Get("Authorization"))
	})
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		said = append(said, r.Header.Get("Authorization"))
		http.Redirect(w, r, other, http.StatusFound)
	})
	basic, bearer := at(where), at(where)
	basic.User, basic.PasswordFile, bearer.TokenFile = "eris", "secret", "secret"
	for _, p := range []*collectors.Prometheus{basic, bearer} {
		require.NoError(t, p.ReadFiles(dir))
		require.Empty(t, p.Files(), "the sum of a secret is told to nobody")
		_, err := asks(t, p)
		require.ErrorContains(t, err, "it answers with status 302")
		require.NotContains(t, err.Error(), "sesame")
	}
	require.Equal(t, []string{"Basic ZXJpczpvcGVuIHNlc2FtZQ==", "Bearer open sesame"}, said)

	gone := at(where)
	gone.TokenFile = "none"
	require.ErrorContains(t, gone.ReadFiles(dir), "token_file: open ")
	_, err := asks(t, gone)
	require.ErrorContains(t, err, "open prometheus: token_file: ")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty"), []byte("\nsecret\n"), 0o600))
	gone.TokenFile = filepath.Join(dir, "empty")
	require.ErrorContains(t, gone.ReadFiles(dir), "is empty")
}

// Whom nobody vouches for is not asked, and not taken for one who does not answer.
func TestCertificatesAreVerified(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(vector)) }))
	defer server.Close()
	_, err := asks(t, at(server.URL))
	require.ErrorContains(t, err, "certificate")
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600))
	trusting := at(server.URL)
	trusting.CAFile = "ca.pem"
	require.NoError(t, trusting.ReadFiles(dir))
	require.Len(t, trusting.Files()[filepath.Join(dir, "ca.pem")], 64)
	got, err := asks(t, trusting)
	require.NoError(t, err)
	require.Equal(t, "api.latency 0.5", got[1])
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca.pem"), []byte("no certificate"), 0o600))
	require.ErrorContains(t, trusting.ReadFiles(dir), "ca_file: "+filepath.Join(dir, "ca.pem")+" has no certificate (PEM)")
}

func TestWhereAnEndpointIsIsChecked(t *testing.T) {
	for where, wrong := range map[string]string{
		"":                                "is not http://HOST",
		"ftp://127.0.0.1":                 "is not http://HOST",
		"http://":                         "is not http://HOST",
		"127.0.0.1:9090":                  "url: it cannot be read",
		"http://user:secret@127.0.0.1":    "url: it has a user",
		"http://user:secret@127.0.0.1:\n": "url: it cannot be read",
		"http://127.0.0.1/#here":          "has a fragment",
	} {
		err := at(where).Validate()
		require.ErrorContains(t, err, wrong, where)
		require.NotContains(t, err.Error(), "secret")
	}
	p := at("http://127.0.0.1:9090")
	p.User, p.TokenFile, p.CAFile = "eris", "token", "ca.pem"
	for _, wrong := range []string{"user: it and password_file need each other", "token_file: there is a user, too", "ca_file: the url is not https"} {
		require.ErrorContains(t, p.Validate(), wrong)
	}
}

// An exporter is asked for the text format, and its connection is kept.
func TestScrapeKeepsItsConnection(t *testing.T) {
	connections, asked := map[string]bool{}, map[string]bool{}
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		asked[r.URL.RequestURI()+" "+r.Header.Get("Accept")] = true
		_, _ = w.Write([]byte("node_load1 1\n"))
	})
	s := collectors.NewScrape()
	s.URL = where + "/probe?target=a"
	s.Publishes = collectors.Printed{"load.one": {Metric: "node_load1", Unit: "1"}}
	asker, err := s.Open(nil)
	require.NoError(t, err)
	defer asker.Close()
	for range 3 {
		readings, err := asker.Ask(context.WithoutCancel(t.Context()))
		require.NoError(t, err)
		require.Len(t, readings, 2)
	}
	require.Len(t, connections, 1)
	require.Equal(t, map[string]bool{"/probe?target=a text/plain;version=0.0.4": true}, asked)
}

package workloads_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/horizon"
)

// visiting runs a test with a session of horizon.login on the embedded cloud's
// dashboard, in fake time.
func visiting(t *testing.T, test func(c *cloud, s loadgen.Session)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		s := c.session(t, "horizon.login")
		test(c, s)
		c.heals()
		require.NoError(t, s.Close(t.Context()))
	})
}

// spoils gives the answers to a path other words.
func spoils(path, was, is string) breakage {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		data := kept.Body.Bytes()
		if r.URL.Path == path {
			data = bytes.ReplaceAll(data, []byte(was), []byte(is))
		}
		maps.Copy(w.Header(), kept.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(kept.Code)
		_, _ = w.Write(data)
	}
}

const loginOperations = "horizon.open_login horizon.login horizon.open_dashboard horizon.logout"

func TestSomebodyLogsInToTheDashboardAndOut(t *testing.T) {
	visiting(t, func(c *cloud, s loadgen.Session) {
		for n := range int64(2) { // each is a browser of its own
			c.heals()
			var seen operations
			require.NoError(c.t, s.Iterate(c.t.Context(), n, &seen).Err)
			require.Equal(c.t, loginOperations, strings.Join(seen.names, " "))
			c.mu.Lock()
			require.Equal(c.t, "GET /auth/login/,POST /auth/login/,GET /,GET /project/,POST /auth/logout/", strings.Join(c.asked, ","))
			c.mu.Unlock()
		}
	})
}

// Every request of a login fails in every way.
func TestEveryFailureOfALoginHasItsClass(t *testing.T) {
	visiting(t, func(c *cloud, s loadgen.Session) {
		for call := range 5 {
			for what, way := range map[string]struct {
				how   breakage
				class record.Class
			}{
				"503": {answers(503), record.HTTP5xx}, "403": {answers(403), record.HTTP4xx}, "another page": {answers(200), record.WrongResult},
				"a redirect nowhere": {answers(302), record.WrongResult}, "a reset": {resets, record.Connect}, "a closed port": {c.refuses, record.Connect}, "a stall": {stalls, record.Timeout},
			} {
				c.breaks(call, way.how)
				ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
				var seen operations
				o := s.Iterate(ctx, 0, &seen)
				cancel()
				c.heals()
				require.Equal(c.t, way.class, o.Class, "%s at request %d: %v", what, call+1, o.Err)
				require.Equal(c.t, o, seen.ended[len(seen.ended)-1])
			}
			c.breaks(call, stalls)
			ctx, cancel := context.WithCancel(c.t.Context())
			began := time.Now()
			time.AfterFunc(time.Hour, cancel)
			require.Equal(c.t, record.Aborted, s.Iterate(ctx, 0, &operations{}).Class)
			require.Equal(c.t, time.Hour, time.Since(began).Truncate(time.Hour))
			c.heals()
		}
	})
}

func TestALoginThatLogsNobodyInIsAWrongResult(t *testing.T) {
	for says, how := range map[string]breakage{
		"it has no form that asks for a password":              spoils("/auth/login/", "type=\"password\"", "type=\"text\""),
		"its form sends the password to http://a.example.org":  spoils("/auth/login/", `action="`, `action="http://a.example.org`),
		"led back to the form: csrf_failure=CSRF+token":        spoils("/auth/login/", `name="csrfmiddlewaretoken" value="`, `name="csrfmiddlewaretoken" value="x`),
		"does not show that admin is logged in":                spoils("/project/", ">admin<", ">somebody<"),
		"open dashboard: it asks to log in again":              forgets,
		"it led to another 20 times":                           circles,
		"log in: the form came again: Invalid credentials.":    nil,
		"open dashboard: the page does not show that admin is": spoils("/project/", `"user-name">admin`, `"user-name">administrator`),
	} {
		visiting(t, func(c *cloud, s loadgen.Session) {
			if how == nil {
				text, err := os.ReadFile(c.env.Clouds)
				require.NoError(c.t, err)
				require.NoError(c.t, os.WriteFile(c.env.Clouds, bytes.ReplaceAll(text, []byte(c.store.Password), []byte("another")), 0o600))
				w := &horizon.Login{URL: fmt.Sprintf("http://127.0.0.1:%d", 80)}
				require.NoError(c.t, s.Close(c.t.Context()))
				s, err = w.Open(c.t.Context(), c.env)
				require.NoError(c.t, err)
			} else {
				c.breaks(0, how)
			}
			o := s.Iterate(c.t.Context(), 0, &operations{})
			require.Equal(c.t, record.WrongResult, o.Class, says)
			require.ErrorContains(c.t, o.Err, says)
		})
	}
}

// forgets leaves a dashboard that knows no session.
func forgets(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodGet {
		r.Header.Del("Cookie")
	}
	next.ServeHTTP(w, r)
}

// circles leads every page to itself.
func circles(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodGet && r.URL.Path != "/auth/login/" {
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
		return
	}
	next.ServeHTTP(w, r)
}

// Some forms ask for a domain and let the region be chosen.
func TestALoginFillsInWhatTheFormAsksFor(t *testing.T) {
	visiting(t, func(c *cloud, s loadgen.Session) {
		const more = `<input type="text" name="domain"><select name="region"><option value="0">One</option><option value="1" selected>Two</option></select><input type="checkbox" name="no" value="x"><button `
		seen := make(chan string, 1)
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodPost && r.URL.Path == "/auth/login/" {
				select {
				case seen <- body(r):
				default:
				}
			}
			spoils("/auth/login/", "<button ", more)(w, r, next)
		})
		require.NoError(c.t, s.Iterate(c.t.Context(), 0, &operations{}).Err)
		require.Regexp(c.t, `^csrfmiddlewaretoken=[0-9a-f]{64}&domain=Default&next=&password=[0-9a-f]+&region=1&username=admin$`, <-seen)
		other, err := (&horizon.Login{Region: "0"}).Open(c.t.Context(), c.env)
		require.NoError(c.t, err)
		require.NoError(c.t, other.Iterate(c.t.Context(), 0, &operations{}).Err)
		require.Contains(c.t, <-seen, "&region=0&")
		require.NoError(c.t, other.Close(c.t.Context()))
	})
}

func TestWhereTheDashboardIs(t *testing.T) {
	for _, wrong := range []string{"ftp://a.example.org/", "a.example.org", "http://", "http://a b/"} {
		require.ErrorContains(t, (&horizon.Login{URL: wrong}).Validate(), "url: must be one of http or https", wrong)
	}
	require.NoError(t, (&horizon.Login{}).Validate())
	require.NoError(t, (&horizon.Login{URL: "https://a.example.org/horizon"}).Validate())
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.store.SetEndpoint("horizon", "")
		_, err := (&horizon.Login{}).Open(t.Context(), c.env)
		require.ErrorContains(t, err, "url: it is not given: find dashboard endpoint")
		c.breaks(0, answers(503))
		_, err = (&horizon.Login{}).Open(t.Context(), c.env)
		var open *loadgen.OpenError
		require.ErrorAs(t, err, &open)
		require.Equal(t, record.HTTP5xx, open.Class)
		require.NoError(t, os.WriteFile(c.env.Clouds, []byte(`clouds: {bubble: {auth_type: v3applicationcredential, auth: {auth_url: "http://127.0.0.1:5000/v3", application_credential_id: a, application_credential_secret: b}}}`), 0o600))
		_, err = (&horizon.Login{URL: "http://127.0.0.1/"}).Open(t.Context(), c.env)
		require.ErrorContains(t, err, "no user's name with a password")
	})
}

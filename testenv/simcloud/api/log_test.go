package api_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// noted is a node whose database is gone, and which keeps what is logged.
type noted struct {
	idle
	lines map[string]string
}

func (noted) Database(context.Context, bool) error { return errors.New("gone") }
func (n noted) Log(project, line string)           { n.lines[line] = project }

// A request that fails leaves one line with its id, in the form of oslo.log; one that succeeds
// leaves none.
func TestARequestThatFailsIsLogged(t *testing.T) {
	host := noted{lines: map[string]string{}}
	keystone := api.New("keystone", api.NewStore(rand.New(rand.NewPCG(1, 2))), host)
	ask := func(method, path string) string {
		answer := httptest.NewRecorder()
		keystone.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
		return answer.Header().Get("X-Openstack-Request-Id")
	}
	ask(http.MethodGet, "/healthcheck")
	require.Empty(t, host.lines)
	id := ask(http.MethodGet, "/nowhere?a=b")
	require.Equal(t, map[string]string{"INFO keystone.api.wsgi [None " + id + " - - - - - -] GET /nowhere?a=b failed with 404 Not Found": "keystone"}, host.lines)
	clear(host.lines)
	id = ask(http.MethodPost, "/v3/auth/tokens")
	require.Equal(t, map[string]string{"ERROR keystone.api.wsgi [None " + id + " - - - - - -] POST /v3/auth/tokens failed with 500 Internal Server Error": "keystone"}, host.lines)
}

// The id that a request came with stands before the service's own, as of oslo.middleware: if it
// has that one's form, and also where the client did not wait for the answer.
func TestTheGlobalIDOfARequestIsLogged(t *testing.T) {
	const global = "req-0123abcd-0123-4abc-8abc-0123456789ab"
	host := noted{lines: map[string]string{}}
	keystone := api.New("keystone", api.NewStore(rand.New(rand.NewPCG(1, 2))), host)
	ask := func(ctx context.Context, global, path string) string {
		clear(host.lines)
		answer := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
		r.Header.Set("X-Openstack-Request-Id", global)
		keystone.ServeHTTP(answer, r)
		require.NotEqual(t, global, answer.Header().Get("X-Openstack-Request-Id"), "a service answers with its own")
		return answer.Header().Get("X-Openstack-Request-Id")
	}
	id := ask(t.Context(), global, "/nowhere")
	require.Contains(t, host.lines, "INFO keystone.api.wsgi ["+global+" "+id+" - - - - - -] GET /nowhere failed with 404 Not Found")
	id = ask(t.Context(), global+"\nERROR", "/nowhere")
	require.Contains(t, host.lines, "INFO keystone.api.wsgi [None "+id+" - - - - - -] GET /nowhere failed with 404 Not Found")
	left, leave := context.WithCancel(t.Context())
	leave()
	id = ask(left, global, "/healthcheck")
	require.Contains(t, host.lines, "INFO keystone.api.wsgi ["+global+" "+id+" - - - - - -] GET /healthcheck had no client any more to answer")
}

package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// step is a request and what comes of it. {NAME} in path and body is the id that
// an earlier step kept.
type step struct {
	ask    string // method, path and, behind " < ", the body
	status int
	says   string // that is in the answer
	keep   string // under which the id in the answer is kept
}

// script is a cloud's OpenStack without a network, and what has been kept.
type script struct {
	t        *testing.T
	store    *api.Store
	services map[string]*api.Service
	kept     map[string]string
	token    string
	version  string // of the API that is asked for; empty: none
}

func newScript(t *testing.T) *script {
	t.Helper()
	s := &script{t: t, store: api.NewStore(rand.New(rand.NewPCG(1, 2))), services: map[string]*api.Service{}, kept: map[string]string{}}
	for name := range api.Names() {
		s.services[name] = api.New(name, s.store, idle{})
		s.store.SetEndpoint(name, "http://"+name)
	}
	s.login("admin", s.store.Password, "admin")
	for _, name := range []string{"private", "public"} {
		s.keep(name, s.ask("neutron-api", "GET /v2.0/networks?name="+name))
	}
	return s
}

// login takes a token; the project's and the user's ids are kept.
func (s *script) login(user, password, project string) {
	s.t.Helper()
	answer := s.ask("keystone", fmt.Sprintf(`POST /v3/auth/tokens < {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": %q, "password": %q}}}, "scope": {"project": {"name": %q}}}}`, user, password, project))
	require.Equal(s.t, http.StatusCreated, answer.Code, answer.Body)
	s.token = answer.Header().Get("X-Subject-Token")
	var document struct {
		Token struct {
			Project struct {
				ID string `json:"id"`
			} `json:"project"`
		} `json:"token"`
	}
	require.NoError(s.t, json.Unmarshal(answer.Body.Bytes(), &document))
	s.kept["project"] = document.Token.Project.ID
}

func (s *script) ask(service, line string) *httptest.ResponseRecorder {
	s.t.Helper()
	line, body, _ := strings.Cut(s.filled(line), " < ")
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("X-Auth-Token", s.token)
	r.Header.Set("Content-Type", "application/json")
	if s.version != "" {
		r.Header.Set("OpenStack-API-Version", s.version)
	}
	if strings.HasSuffix(path, "/file") {
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	w := httptest.NewRecorder()
	s.services[service].ServeHTTP(w, r)
	return w
}

// filled has the ids in place of their names.
func (s *script) filled(text string) string {
	for name, id := range s.kept {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

// keep keeps the first id in an answer.
func (s *script) keep(name string, answer *httptest.ResponseRecorder) {
	s.t.Helper()
	_, rest, found := strings.Cut(answer.Body.String(), `"id":"`)
	require.True(s.t, found, answer.Body)
	s.kept[name], _, _ = strings.Cut(rest, `"`)
}

// run takes the steps.
func (s *script) run(service string, steps ...step) {
	s.t.Helper()
	for _, each := range steps {
		answer := s.ask(service, each.ask)
		require.Equal(s.t, each.status, answer.Code, "%s: %s", each.ask, answer.Body)
		require.Contains(s.t, answer.Body.String(), s.filled(each.says), each.ask)
		if each.keep != "" {
			s.keep(each.keep, answer)
		}
	}
}

// idle is a node on which nothing fails and nothing takes time.
type idle struct{}

func (idle) Work(context.Context, time.Duration) error { return nil }
func (idle) Database(context.Context, bool) error      { return nil }
func (idle) Replicas(context.Context, bool) error      { return nil }
func (idle) Cached(context.Context, string) bool       { return true }
func (idle) Forget(string)                             {}
func (idle) Keys() []string                            { return []string{"key"} }
func (idle) Remember(string)                           {}
func (idle) Remembers(string) bool                     { return false }
func (idle) Message(context.Context) error             { return nil }
func (idle) Asked(context.Context, string) error       { return nil }
func (idle) Log(string, string)                        {}
func (idle) Identity(*http.Request) int                { return http.StatusOK }

package workloads_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// shownTokens are those that requests bear.
type shownTokens struct {
	mu  sync.Mutex
	all []string
}

// watch notes the token of each request but those for tokens.
func (s *shownTokens) watch(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method != http.MethodPost || r.URL.Path != "/v3/auth/tokens" {
		s.mu.Lock()
		s.all = append(s.all, r.Header.Get("X-Auth-Token"))
		s.mu.Unlock()
	}
	next.ServeHTTP(w, r)
}

// since returns the different tokens since it was last called.
func (s *shownTokens) since() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	different := map[string]bool{}
	for _, token := range s.all {
		different[token] = true
	}
	s.all = nil
	return different
}

// Whatever the workload, all requests of an iteration bear a token of its own,
// which is an operation of it; what is done beside iterations bears the session's.
func TestAFreshTokenForEachIteration(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		session, err := openstack.Fresh(fresh(name)).Open(t.Context(), c.env)
		require.NoError(t, err)
		shown := &shownTokens{}
		c.breaks(0, shown.watch)
		used := map[string]bool{}
		for n := range int64(3) {
			done := &operations{}
			o := session.Iterate(t.Context(), n, done)
			require.Equal(t, record.OK, o.Class, "%v", o.Err)
			require.Equal(t, "keystone.issue_token", done.names[0])
			require.Equal(t, record.OK, done.ended[0].Class)
			require.Greater(t, len(done.names), 1)
			tokens := shown.since()
			require.Len(t, tokens, 1)
			for token := range tokens {
				require.False(t, used[token], "it is new")
				used[token] = true
			}
		}
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
		for token := range shown.since() {
			require.False(t, used[token], "the session's own")
		}
		require.Empty(t, c.store.Named(mark))
	})
}

// A fresh token that a service does not take is an error, and is not renewed; one
// that Keystone does not give ends the iteration with its class.
func TestAFreshTokenIsNotRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		renewed := 0
		c.env.Reauthenticated = func() { renewed++ }
		session, err := openstack.Fresh(fresh("nova.list_servers")).Open(t.Context(), c.env)
		require.NoError(t, err)
		asked := 0
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
				asked++
				answers(401)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		o := session.Iterate(t.Context(), 0, &operations{})
		require.Equal(t, []any{record.HTTP4xx, 401}, []any{o.Class, o.Status}, "%v", o.Err)
		require.Equal(t, []int{1, 0}, []int{asked, renewed})

		c.breaks(0, answers(503))
		done := &operations{}
		o = session.Iterate(t.Context(), 1, done)
		require.Equal(t, record.HTTP5xx, o.Class)
		require.Equal(t, []string{"keystone.issue_token"}, done.names)
		require.Equal(t, record.HTTP5xx, done.ended[0].Class)
		c.heals()
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
	})
}

// What is validated is the iteration's own token; what was kept is looked at all
// the same.
func TestFreshSessionsOfOtherWorkloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		session, err := openstack.Fresh(fresh("keystone.validate_token")).Open(t.Context(), c.env)
		require.NoError(t, err)
		subjects := map[string]bool{}
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodGet {
				require.Equal(t, r.Header.Get("X-Auth-Token"), r.Header.Get("X-Subject-Token"))
				subjects[r.Header.Get("X-Subject-Token")] = true
			}
			next.ServeHTTP(w, r)
		})
		for n := range int64(2) {
			require.Equal(t, record.OK, session.Iterate(t.Context(), n, &operations{}).Class)
		}
		require.Len(t, subjects, 2)
		_, keeps := session.(loadgen.Keeper).Check(t.Context())
		require.False(t, keeps)
		c.heals()
		require.NoError(t, session.Close(context.WithoutCancel(t.Context())))
	})
}

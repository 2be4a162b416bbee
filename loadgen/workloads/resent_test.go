package workloads_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/misuse"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

const refusedToken = "keystone.refused_token"

// during sends a workload ten times a second for a minute.
func (c *cloud) during(w loadgen.Workload) *told {
	c.t.Helper()
	seen := &told{}
	spec := loadgen.Spec{Arrivals: &loadgen.Arrivals{Rate: 10, Process: loadgen.Constant}, Pool: 32, Timeout: 10 * time.Second, GiveUp: 10 * time.Second, Drain: 10 * time.Second}
	_, err := loadgen.Run(c.t.Context(), loadgen.Load{Name: "make", Workload: w, Spec: spec, Env: c.env, End: time.Minute}, record.NewClock(), seen)
	require.NoError(c.t, err)
	return seen
}

// A server's count of requests is that of the arrivals and of those that were sent again: where
// tokens end, where no token is good enough, and where none can be renewed.
func TestRequestsAreArrivalsAndThoseThatWereSentAgain(t *testing.T) {
	for name, one := range map[string]struct {
		old, each, deaf bool // each: also a new token is refused; deaf: there is none
	}{
		"a token ends": {old: true}, "no token is good": {old: true, each: true}, "there is no new token": {old: true, deaf: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				requests, refused, ended, issued := 0, 0, map[string]bool{}, 0
				c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					c.mu.Lock()
					if strings.HasSuffix(r.URL.Path, "/auth/tokens") && r.Method == http.MethodPost {
						issued++
						deaf := one.deaf && issued > 1
						c.mu.Unlock()
						if deaf {
							answers(http.StatusServiceUnavailable)(w, r, next)
							return
						}
						next.ServeHTTP(w, r)
						return
					}
					if !strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
						c.mu.Unlock()
						next.ServeHTTP(w, r)
						return
					}
					requests++
					if requests%100 == 0 {
						ended[r.Header.Get("X-Auth-Token")] = true
					}
					no := ended[r.Header.Get("X-Auth-Token")] || one.each && requests > 100 && requests%7 < 2
					if no {
						refused++
					}
					c.mu.Unlock()
					if no {
						answers(http.StatusUnauthorized)(w, r, next)
						return
					}
					next.ServeHTTP(w, r)
				})
				seen := c.during(fresh("nova.list_servers"))
				again, final := len(seen.of(refusedToken)), 0
				for _, a := range seen.of("") {
					if a.Class != record.OK {
						final++
					}
				}
				require.Equal(t, requests, len(seen.of(""))+again)
				require.Equal(t, refused, again+final, "a 401 is followed by the same request, or by the end")
				require.Equal(t, one.deaf, again == 0)
				require.Equal(t, one.each || one.deaf, final > 0)
			})
		})
	}
}

// Wrong tokens are refused because they are wrong: nothing is sent again. Where a right one ends,
// the answer is the arrival's, and another token is got for the arrivals that follow.
func TestNothingThatIsMisusedIsSentAgain(t *testing.T) {
	for name, every := range map[string]int{"healthy": 0, "tokens end": 50} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				requests, refused, ended := 0, 0, map[string]bool{}
				w := misuse.New(workloads.Services())
				w.Services = []string{"placement", "nova"} // of which nothing is made
				c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if strings.HasPrefix(r.URL.Path, "/v3/auth/") || r.Header.Get("X-Openstack-Request-Id") == "" {
						next.ServeHTTP(w, r)
						return
					}
					c.mu.Lock()
					requests++
					token := r.Header.Get("X-Auth-Token")
					if every > 0 && requests%every == 0 {
						ended[token] = true
					}
					no := ended[token]
					c.mu.Unlock()
					if no {
						answers(http.StatusUnauthorized)(w, r, next)
						return
					}
					noted := &noting{ResponseWriter: w}
					next.ServeHTTP(noted, r)
					if noted.status == http.StatusUnauthorized {
						c.mu.Lock()
						refused++
						c.mu.Unlock()
					}
				})
				seen := c.during(opening{w, func() {
					c.mu.Lock()
					defer c.mu.Unlock()
					requests = 0
				}})
				require.Equal(t, requests, len(seen.of(""))+len(seen.of(refusedToken)))
				require.Empty(t, seen.of(refusedToken))
				require.Greater(t, refused, 10, "tokens that are wrong")
				if every == 0 {
					require.Empty(t, seen.of("keystone.renew_token"))
				} else {
					require.NotEmpty(t, seen.of("keystone.renew_token"))
				}
			})
		})
	}
}

// opening is a workload of which it is told when it is open.
type opening struct {
	loadgen.Workload
	told func()
}

func (o opening) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := o.Workload.Open(ctx, env)
	o.told()
	return s, err
}

// noting is an answer whose status is kept.
type noting struct {
	http.ResponseWriter
	status int
}

func (n *noting) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

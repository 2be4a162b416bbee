package workloads_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// hosts have a nova-compute that reports, until the test ends.
func (c *cloud) hosts(names ...string) {
	for _, host := range []string{"cmp-1", "cmp-2"} {
		c.store.Heard(host, time.Time{}) // nothing since
	}
	c.t.Helper()
	stop := make(chan struct{})
	report := func() {
		for _, name := range names {
			c.store.Heard(name, time.Now())
		}
	}
	report()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-time.After(100 * time.Millisecond):
				report()
			case <-stop:
				return
			}
		}
	}()
	c.t.Cleanup(func() {
		close(stop)
		<-ended
	})
}

// moves are the workloads that move a server, and the action that each asks for.
func moves() map[string]loadgen.Workload {
	back := nova.NewBootAndMigrateServer()
	back.Confirm = false
	return map[string]loadgen.Workload{"migrate": nova.NewBootAndMigrateServer(), "migrate and back": back, "os-migrateLive": nova.NewBootAndLiveMigrateServer()}
}

// A server is on another host afterwards.
func TestAServerIsMoved(t *testing.T) {
	for what, workload := range moves() {
		require.Equal(t, "admin", workload.(loadgen.Authorized).Role())
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			c.hosts("cmp-1", "cmp-2")
			s, err := workload.Open(t.Context(), c.env)
			require.NoError(t, err)
			asked := ""
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasSuffix(r.URL.Path, "/action") {
					asked += body(r) + r.Header.Get("X-Openstack-Nova-Api-Version") + " "
				}
				next.ServeHTTP(w, r)
			})
			require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err, what)
			require.Equal(t, map[string]string{
				"migrate": `{"migrate":null} {"confirmResize":null} `, "migrate and back": `{"migrate":null} {"revertResize":null} `,
				"os-migrateLive": `{"os-migrateLive":{"block_migration":"auto","host":null}}2.25 `,
			}[what], asked)
			c.heals()
			c.ends(t, s)
		})
	}
}

// Where there is no other host Nova refuses, and what it did not move it did not move.
func TestAServerThatIsNotMovedIsAFailure(t *testing.T) {
	for what, workload := range moves() {
		action, _, _ := strings.Cut(what, " ")
		for _, way := range []struct {
			hosts []string
			how   breakage
			class record.Class
			says  string
		}{
			{[]string{"cmp-1"}, nil, record.HTTP4xx, "No valid host was found"},
			{[]string{"cmp-1", "cmp-2"}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasSuffix(r.URL.Path, "/action") && strings.Contains(body(r), action) {
					w.WriteHeader(http.StatusAccepted) // and it comes to nothing
					return
				}
				next.ServeHTTP(w, r)
			}, record.WrongResult, `it is ACTIVE on host "cmp-1", and was on "cmp-1"`},
		} {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				c.hosts(way.hosts...)
				s, err := workload.Open(t.Context(), c.env)
				require.NoError(t, err)
				if way.how != nil {
					c.breaks(0, way.how)
				}
				o := s.Iterate(t.Context(), 0, &operations{})
				c.heals()
				require.Equal(t, way.class, o.Class, what)
				require.ErrorContains(t, o.Err, way.says)
				c.ends(t, s)
			})
		}
	}
}

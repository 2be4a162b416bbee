package workloads_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

// A list may be older than what another iteration has done since: a server is looked at
// before it is evacuated.
func TestAServerThatIsElsewhereByNowIsNotEvacuatedAgain(t *testing.T) {
	evacuation(t, func(c *cloud) {
		s := c.evacuating()
		c.lose("cmp-1")
		var list []byte // as it was before
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.HasSuffix(r.URL.Path, "/servers/detail") {
				next.ServeHTTP(w, r)
				return
			}
			if list == nil {
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				list = kept.Body.Bytes()
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(list)
		})
		for range 2 {
			o, names := c.iterates(s)
			require.NoError(c.t, o.Err)
			require.Equal(c.t, []string{findOperation, evacuateOperation}, names)
		}
		o, names := c.iterates(s)
		require.NoError(c.t, o.Err)
		require.Equal(c.t, []string{findOperation}, names)
		c.heals()
		require.Equal(c.t, loadgen.Kept{Work: 4}, c.checked(s))
		c.ends(c.t, s)
	})
}

// Nor is one with which something else is done by now, and then it is free for the next look.
func TestAServerThatIsBusyByNowIsNotEvacuated(t *testing.T) {
	for was, is := range map[string]string{`task_state":null`: `task_state":"deleting"`, `"status":"ACTIVE"`: `"status":"REBUILD"`} {
		evacuation(t, func(c *cloud) {
			s := c.evacuating()
			c.lose("cmp-1")
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasSuffix(r.URL.Path, "/servers/detail") {
					next.ServeHTTP(w, r)
					return
				}
				spoils(r.URL.Path, was, is)(w, r, next)
			})
			var seen operations
			require.NoError(c.t, s.Iterate(limited(c.t, time.Hour), 0, &seen).Err)
			require.Equal(c.t, []string{findOperation}, seen.names, is)
			c.heals()
			for range 2 {
				o, names := c.iterates(s)
				require.NoError(c.t, o.Err)
				require.Equal(c.t, []string{findOperation, evacuateOperation}, names)
			}
			c.ends(c.t, s)
		})
	}
}

// Nova says ACTIVE of servers whose host it takes for down, and of guests that do not run.
func TestAServerThatDoesNotRunIsLost(t *testing.T) {
	shows := func(was, is string) breakage {
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			spoils(r.URL.Path, was, is)(w, r, next)
		}
	}
	for what, way := range map[string]struct {
		down string
		how  breakage
		lost int
		says string
	}{
		"its host is down":      {"cmp-1", nil, 2, `: it is on host "cmp-1", whose nova-compute is down`},
		"its host is not known": {"", shows(`"host":"cmp-1"`, `"host":"cmp-9"`), 2, `: it is on host "cmp-1", of which Nova has no nova-compute`},
		"its guest is off":      {"", shows(`power_state":1`, `power_state":4`), 4, ": its power state is SHUTDOWN (4), and not RUNNING"},
		"its guest has crashed": {"", shows(`power_state":1`, `power_state":6`), 4, ": its power state is CRASHED (6), and not RUNNING"},
		"nobody knows":          {"", shows(`power_state":1`, `power_state":0`), 4, ": its power state is NOSTATE (0), and not RUNNING"},
		"nobody says":           {"", shows(`power_state":1`, `power_state":null`), 4, ": its power state is not told"},
		"another status":        {"", shows(`"status":"ACTIVE"`, `"status":"SHUTOFF"`), 4, ": it is SHUTOFF, and was ACTIVE"},
	} {
		evacuation(t, func(c *cloud) {
			s := c.evacuating()
			if way.down != "" {
				c.lose(way.down)
			}
			if way.how != nil {
				c.breaks(0, way.how)
			}
			kept := c.checked(s)
			c.heals()
			require.Len(c.t, kept.Lost, way.lost, what)
			require.Empty(c.t, kept.Unknown, what)
			require.Contains(c.t, kept.Lost[0], way.says, what)
			c.ends(c.t, s)
		})
	}
}

// Where nobody says which hosts are up it is not known whether servers are lost.
func TestWithoutTheHostsNothingIsKnownOfTheServers(t *testing.T) {
	for says, how := range map[string]breakage{
		"404: Not Found":                 answers(404),
		"503: Service Unavailable":       answers(503),
		"the answer has none, not even ": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = io.WriteString(w, "{}") },
	} {
		evacuation(t, func(c *cloud) {
			s := c.evacuating()
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasSuffix(r.URL.Path, "/os-services") {
					how(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
			kept := c.checked(s)
			c.heals()
			require.Empty(c.t, kept.Lost, says)
			require.Len(c.t, kept.Unknown, 4, says)
			require.Contains(c.t, kept.Unknown[0], says)
			c.ends(c.t, s)
		})
	}
}

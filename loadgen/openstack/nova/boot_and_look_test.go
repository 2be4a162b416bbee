package nova_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// open opens a workload that boots.
func (c *compute) open(t *testing.T, w loadgen.Workload) loadgen.Session {
	t.Helper()
	env := c.Env
	env.Load = "boots"
	s, err := w.Open(t.Context(), env)
	require.NoError(t, err)
	return s
}

func TestBootAndListLooksForTheServer(t *testing.T) {
	for detailed, path := range map[bool]string{true: "/compute/v2.1/servers/detail", false: "/compute/v2.1/servers"} {
		for answer, class := range map[string]record.Class{
			`{"servers": [{"id": "other"}, {"id": "vm-1"}]}`: record.OK,
			`{"servers": [{"id": "other"}]}`:                 record.WrongResult,
			`{"servers": "none"}`:                            record.WrongResult,
			`oops`:                                           record.WrongResult,
		} {
			c := newCompute(t)
			w := nova.NewBootAndListServer()
			w.Poll, w.Detailed = 20*time.Millisecond, detailed
			s := c.open(t, w)
			asked := ""
			c.mu.Lock()
			c.broken = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodGet || r.URL.Path != path || asked != "" {
					return false
				}
				asked = r.URL.Query().Get("name")
				_, _ = fmt.Fprint(w, answer)
				return true
			}
			c.mu.Unlock()
			var seen operations
			o := s.Iterate(t.Context(), 3, &seen)
			require.Equal(t, class, o.Class, "%s: %v", answer, o.Err)
			require.Equal(t, "nova.list_servers", seen.names[1])
			require.Equal(t, "^eris-test-boots-3$", asked)
			closed(t, s)
			require.Empty(t, c.left())
		}
	}
}

func TestBootAndShowWantsTheServerStillActive(t *testing.T) {
	c := newCompute(t)
	w := nova.NewBootAndShowServer()
	w.Poll = 20 * time.Millisecond
	s := c.open(t, w)
	calls := 0
	c.breaks(http.MethodGet, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		status := map[bool]string{true: "ACTIVE", false: "PAUSED"}[calls == 1]
		_, _ = fmt.Fprintf(w, `{"server": {"id": "vm-1", "status": %q}}`, status)
	})
	var seen operations
	o := s.Iterate(t.Context(), 3, &seen)
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "it is PAUSED, and was ACTIVE")
	require.Equal(t, []string{"nova.boot_server", "nova.show_server"}, seen.names)
	c.breaks("", nil)
	closed(t, s)
	require.Empty(t, c.left())
}

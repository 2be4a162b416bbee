package workloads_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// unasked are the workloads that make things and look at them in their own way.
var unasked = []string{
	"swift.create_container_and_object_then_delete_all",
	"quotas.nova_update_and_delete", "quotas.neutron_update_and_delete", "quotas.cinder_update_and_delete",
}

// asking opens a workload that asks so for what it makes; false where it cannot.
func (c *cloud) asking(name string, ask ...string) (loadgen.Session, bool) {
	c.t.Helper()
	w := fresh(name)
	field := reflect.ValueOf(w).Elem().FieldByName("Ask")
	require.Equal(c.t, !slices.Contains(unasked, name), field.IsValid(), name)
	if !field.IsValid() {
		return nil, false
	}
	field.Set(reflect.ValueOf(ask))
	s, err := w.Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	return s, true
}

// What was made is asked for once, in that order, before it is deleted.
func TestWhatIsMadeIsAskedFor(t *testing.T) {
	making(t, func(c *cloud, name string) {
		plain := c.session(c.t, name)
		var before operations
		require.NoError(c.t, plain.Iterate(c.t.Context(), 0, &before).Err)
		c.ends(c.t, plain)
		s, can := c.asking(name, "list", "show")
		if !can {
			return
		}
		var seen operations
		require.NoError(c.t, s.Iterate(c.t.Context(), 0, &seen).Err)
		require.Len(c.t, seen.names, len(before.names)+2)
		at := slices.IndexFunc(before.names, func(op string) bool { return strings.Contains(op, "delete") })
		if name == "keystone.create_and_delete_project" || name == "vm.boot_and_run_command" {
			at++ // the user, or the floating IP, goes first, and the project, or the server, is what it is about
		}
		deletion := before.names[at]
		asked := []string{strings.Replace(deletion, "delete", "list", 1), strings.Replace(deletion, "delete", "show", 1)}
		if strings.Contains(deletion, "delete_") {
			asked[0] += "s"
		}
		require.Equal(c.t, slices.Insert(slices.Clone(before.names), at, asked...), seen.names)
		c.ends(c.t, s)
	})
}

// listsNothing answers each list as one of nothing, but for that of a server's ports.
func listsNothing(w http.ResponseWriter, r *http.Request, next http.Handler) {
	kept := httptest.NewRecorder()
	next.ServeHTTP(kept, r)
	data := kept.Body.Bytes()
	var body map[string]any
	if r.Method == http.MethodGet && !r.URL.Query().Has("device_id") && json.Unmarshal(data, &body) == nil {
		for key, value := range body {
			if _, list := value.([]any); list {
				body[key] = []any{}
			}
		}
		data, _ = json.Marshal(body)
	}
	for key, values := range kept.Header() {
		if key != "Content-Length" {
			w.Header()[key] = values
		}
	}
	w.WriteHeader(kept.Code)
	_, _ = w.Write(data)
}

// A list without what was made is a wrong result, and nothing is left of it.
func TestAListWithoutWhatWasMadeIsAWrongResult(t *testing.T) {
	making(t, func(c *cloud, name string) {
		s, can := c.asking(name, "show", "list")
		if !can {
			return
		}
		c.breaks(0, listsNothing)
		o := s.Iterate(c.t.Context(), 0, &operations{})
		require.Equal(c.t, record.WrongResult, o.Class, "%v", o.Err)
		require.ErrorContains(c.t, o.Err, "not in the list")
		c.heals()
		c.ends(c.t, s)
	})
}

func TestHowNothingIsAskedFor(t *testing.T) {
	for _, name := range []string{"nova.boot_and_delete_server", "cinder.create_and_delete_volume", "neutron.create_and_delete_port", "glance.create_and_delete_image", "keystone.create_and_delete_user", "heat.create_update_delete_stack", "octavia.create_and_delete_loadbalancers"} {
		for text, ask := range map[string][]string{`ask: "get" is neither show nor list`: {"get"}, "ask: show is there twice": {"show", "list", "show"}} {
			w := fresh(name)
			reflect.ValueOf(w).Elem().FieldByName("Ask").Set(reflect.ValueOf(ask))
			require.ErrorContains(t, w.(interface{ Validate() error }).Validate(), text, name)
		}
	}
}

package workloads_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

// keeping opens a workload that keeps so many iterations.
func (c *cloud) keeping(name string, keep int) loadgen.Session {
	c.t.Helper()
	w := fresh(name)
	field := reflect.ValueOf(w).Elem().FieldByName("Keep")
	require.True(c.t, field.IsValid(), "%s can keep nothing", name)
	field.SetInt(int64(keep))
	s, err := w.Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	return s
}

// checked is what a session says of what it kept, after at most ten seconds.
func (c *cloud) checked(s loadgen.Session) loadgen.Kept {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	kept, was := s.(loadgen.Keeper).Check(ctx)
	require.True(c.t, was)
	return kept
}

// What a workload keeps is there, spread over the load's time, or said to be
// lost.
func TestLostWorkIsFound(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.keeping(name, 4)
		shared := len(c.store.Named(mark))
		for n := range int64(40) {
			require.NoError(t, s.Iterate(t.Context(), n, &operations{}).Err)
			time.Sleep(time.Second)
		}
		time.Sleep(time.Minute) // what was let go is deleted beside
		made := slices.DeleteFunc(c.store.Named(mark), byItself)
		left := len(made) - shared
		require.GreaterOrEqual(t, left, 2, "of as many iterations")
		kept := c.checked(s)
		require.Equal(t, loadgen.Kept{Work: left}, kept)

		began := time.Now()
		c.breaks(0, answers(503))
		require.Len(t, c.checked(s).Unknown, left, "nobody answers")
		require.Equal(t, 10*time.Second, time.Since(began).Round(time.Second))
		c.breaks(0, stalls)
		require.Len(t, c.checked(s).Unknown, left, "nobody answers in time")
		c.breaks(0, answers(404))
		lost := c.checked(s)
		require.Len(t, lost.Lost, left)
		require.Contains(t, lost.Lost[0], mark)
		require.Contains(t, lost.Lost[0], "the service does not know it")
		c.breaks(0, answers(404))
		time.AfterFunc(5*time.Second, func() { c.heals() })
		require.Equal(t, kept, c.checked(s), "it is there, if late")
		c.ends(t, s)
	})
}

// Who keeps nothing says so: none lost is another matter.
func TestWhoKeepsNothingSaysSo(t *testing.T) {
	making(t, func(c *cloud, name string) {
		s := c.session(c.t, name)
		require.NoError(c.t, s.Iterate(c.t.Context(), 0, &operations{}).Err)
		_, was := s.(loadgen.Keeper).Check(c.t.Context())
		require.False(c.t, was)
		c.ends(c.t, s)
	})
}

// What is there and not as it was is lost, too.
func TestWorkThatIsNotAsItWasIsLost(t *testing.T) {
	for name, each := range map[string]struct {
		path, was, is, says string
	}{
		"nova.boot_and_delete_server":                       {"/v2.1/servers/", `"status":"ACTIVE"`, `"status":"SHUTOFF"`, "it is SHUTOFF, and was ACTIVE"},
		"cinder.create_and_delete_volume":                   {"/volumes/", `"status":"available"`, `"status":"error"`, "is in error"},
		"glance.create_and_delete_image":                    {"/file", "", "x", "bytes that were sent"},
		"octavia.create_and_delete_loadbalancers":           {"/loadbalancers/", `"provisioning_status":"ACTIVE"`, `"provisioning_status":"ERROR"`, "is in ERROR"},
		"heat.create_update_delete_stack":                   {"/stacks/", "UPDATE_COMPLETE", "UPDATE_FAILED", "is in UPDATE_FAILED: Stack UPDATE completed"},
		"swift.create_container_and_object_then_delete_all": {"-0-0", "", "x", "bytes that were sent"},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			s := c.keeping(name, 1)
			require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
			require.Equal(t, loadgen.Kept{Work: 1}, c.checked(s))
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, each.path) {
					next.ServeHTTP(w, r)
					return
				}
				spoiled(w, r, next, each.was, each.is)
			})
			lost := c.checked(s).Lost
			require.Len(t, lost, 1, name)
			require.Contains(t, lost[0], each.says)
			c.heals()
			c.ends(t, s)
		})
	}
}

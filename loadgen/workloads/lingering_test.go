package workloads_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// Where Nova keeps what is deleted for a while, that is deleted for good, and told: nothing
// of any workload is left, neither of an iteration that went well nor of one that did not.
func TestWhatNovaKeepsIsDeletedForGood(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		c.store.Reclaim = 20 * time.Minute
		s := c.session(t, name)
		shared := c.store.Named(mark)
		ctx := limited(t, 10*time.Minute)
		var seen operations
		require.NoError(t, s.Iterate(ctx, 0, &seen).Err)
		require.Equal(t, shared, c.store.Named(mark))
		require.Equal(t, slices.Contains(seen.names, "nova.delete_server"), slices.Contains(seen.names, "nova.force_delete_server"))
		calls := c.heals()
		c.breaks(calls/2, answers(503))
		_ = s.Iterate(ctx, 1, &operations{})
		c.heals()
		c.ends(t, s)
	})
}

// What only the time that it is kept for ends is left until then, and is named.
func TestWhatNovaKeepsAndNobodyMayEndIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.store.Reclaim = 20 * time.Minute
		s := c.session(t, "nova.boot_and_delete_server")
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/action") {
				answers(403)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		require.Equal(t, record.HTTP4xx, s.Iterate(t.Context(), 0, &operations{}).Class)
		require.ErrorContains(t, s.Close(limited(t, 10*time.Second)), "servers are left: "+mark+"0")
		found, err := c.cleaning().Look(t.Context())
		require.NoError(t, err)
		require.Len(t, found.Left, 1)
		c.heals()
		done, err := c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Len(t, done.Gone, 1)
		require.Empty(t, done.Left)
		require.Empty(t, c.store.Named(mark))
	})
}

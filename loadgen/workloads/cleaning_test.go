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
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// cleaning is what a cleanup of the test's run does.
func (c *cloud) cleaning() openstack.Cleaning {
	return openstack.Cleaning{
		Env: c.env, Services: workloads.Services(), Owner: openstack.OfRun("test"),
		Needs: func(openstack.Service) bool { return false },
	}
}

// dies is a load that ends in the middle, and that nobody closes.
func (c *cloud) dies(name string) {
	c.t.Helper()
	s, err := fresh(name).Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	c.breaks(0, undeletable)
	require.Equal(c.t, record.HTTP5xx, s.Iterate(c.t.Context(), 0, &operations{}).Class)
	short, cancel := context.WithCancel(c.t.Context())
	cancel()
	require.Error(c.t, s.Close(short), "which ends what it does beside")
	c.heals()
	require.NotEmpty(c.t, c.store.Named(mark))
}

func limited(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// What each workload leaves is found by the cloud alone, also when the services
// are away for a while.
func TestCleaningFindsWhatEachWorkloadLeft(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		c.dies(name)
		left := c.store.Named(mark)
		found, err := c.cleaning().Look(t.Context())
		require.NoError(t, err)
		require.Len(t, found.Left, len(left))
		require.Empty(t, found.Gone)
		require.Empty(t, found.Unknown)
		require.Equal(t, left, c.store.Named(mark), "nothing is touched")

		c.breaks(3, answers(503))
		time.AfterFunc(8*time.Second, func() { c.heals() })
		done, err := c.cleaning().Remove(limited(t, 3*time.Minute))
		require.NoError(t, err)
		require.Len(t, done.Gone, len(left))
		require.Empty(t, done.Left)
		require.Empty(t, done.Unknown)
		require.Empty(t, c.store.Named(mark))

		again, err := c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Equal(t, openstack.Cleaned{}, again)
	})
}

func TestCleaningNamesWhatItDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.dies("nova.boot_and_delete_server")
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
				answers(503)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		done, err := c.cleaning().Remove(limited(t, 10*time.Second))
		require.NoError(t, err)
		require.Equal(t, []openstack.Left{{What: "servers", Why: "503: Service Unavailable"}}, done.Unknown)
		require.Empty(t, done.Gone)

		c.breaks(0, c.refuses)
		done, err = c.cleaning().Remove(limited(t, 10*time.Second))
		require.NoError(t, err)
		require.Len(t, done.Unknown, len(workloads.Services()))
		require.Contains(t, done.Unknown[0].What, "the compute service")
		require.NotEmpty(t, done.Unknown[0].Why)
		c.heals()
		require.NotEmpty(t, c.store.Named(mark))

		// Work that was asked for when the load died, and comes late.
		time.AfterFunc(2*time.Second, func() { c.dies("neutron.create_and_delete_network") })
		done, err = c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Empty(t, c.store.Named(mark))
		require.Len(t, done.Gone, 2)
	})
}

// Credentials that let nobody in are said at once; those of a member may not
// list users, and could not have made any.
func TestCleaningWithOtherCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		forbidden := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v3/users") || strings.HasPrefix(r.URL.Path, "/v3/projects") {
				answers(403)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}
		c.breaks(0, forbidden)
		done, err := c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.Empty(t, done.Unknown)
		needs := c.cleaning()
		needs.Needs = func(s openstack.Service) bool { return s.Name == "identity" }
		done, err = needs.Remove(limited(t, 10*time.Second))
		require.NoError(t, err)
		require.Equal(t, []openstack.Left{{What: "users", Why: "403: Forbidden"}, {What: "projects", Why: "403: Forbidden"}}, done.Unknown)

		c.breaks(0, answers(401))
		began := time.Now()
		_, err = c.cleaning().Remove(limited(t, time.Minute))
		require.ErrorContains(t, err, "authenticate")
		require.Less(t, time.Since(began), time.Second)
	})
}

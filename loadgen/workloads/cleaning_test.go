package workloads_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
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

// byItself tells what goes with another thing, so that it may be gone before anybody has
// met it: Nova deletes the image of a shelved server with that.
func byItself(name string) bool { return strings.HasSuffix(name, "-shelved") }

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
		gone := slices.DeleteFunc(slices.Clone(done.Gone), byItself)
		require.Len(t, gone, len(slices.DeleteFunc(left, byItself)))
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
		require.Contains(t, done.Unknown[0].What, "the orchestration service")
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

// Why a service has refused is told, and not that the time ended while it was asked
// once more.
func TestCleaningTellsTheRefusalAndNotThatTimeRanOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.dies("neutron.create_and_delete_network")
		refusals := 0
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			switch {
			case r.Method != http.MethodDelete:
				next.ServeHTTP(w, r)
			case refusals > 0:
				stalls(w, r, next)
			default:
				refusals++
				answers(503)(w, r, next)
			}
		})
		done, err := c.cleaning().Remove(limited(t, 10*time.Second))
		require.NoError(t, err)
		require.Len(t, done.Left, 1)
		require.Equal(t, "503: Service Unavailable", done.Left[0].Why)
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

// deleting answers a deletion below a path so, as long as it is to.
func deleting(path string, code int, as func() bool) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, path) && as() {
			answers(code)(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// Nova deletes no server for a member that is locked; its owner may unlock it.
func TestCleaningUnlocksWhatIsLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.dies("nova.boot_and_delete_server")
		var unlocked atomic.Bool
		refused := deleting("/v2.1/servers/", 409, func() bool { return !unlocked.Load() })
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/action") {
				asked, err := io.ReadAll(r.Body)
				require.NoError(t, err)
				unlocked.Store(string(asked) == `{"unlock":null}`)
				r.Body = io.NopCloser(bytes.NewReader(asked))
			}
			refused(w, r, next)
		})
		done, err := c.cleaning().Remove(limited(t, time.Minute))
		require.NoError(t, err)
		require.True(t, unlocked.Load())
		require.Len(t, done.Gone, 1)
		require.Empty(t, done.Left)
		require.Empty(t, c.store.Named(mark))
	})
}

// What was seen is there until it is seen to be gone, whatever its service refuses
// afterwards.
func TestCleaningTellsNothingAsGoneThatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.dies("keystone.create_and_delete_project")
		refused := deleting("/v3/users", 503, func() bool { return true })
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v3/projects") {
				answers(403)(w, r, next)
				return
			}
			refused(w, r, next)
		})
		done, err := c.cleaning().Remove(limited(t, 10*time.Second))
		require.NoError(t, err)
		require.Empty(t, done.Gone)
		require.Len(t, done.Left, 1)
		require.Contains(t, done.Left[0].What, "user eris-test-make-0")
		require.Equal(t, []openstack.Left{{What: "projects", Why: "403: Forbidden"}}, done.Unknown)
	})
}

// A service that the catalogue does not have was not looked at.
func TestCleaningNamesTheServicesThatAreNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.HasSuffix(r.URL.Path, "/auth/tokens") {
				next.ServeHTTP(w, r)
				return
			}
			said := httptest.NewRecorder()
			next.ServeHTTP(said, r)
			maps.Copy(w.Header(), said.Header())
			w.Header().Del("Content-Length")
			w.WriteHeader(said.Code)
			_, _ = w.Write(bytes.ReplaceAll(said.Body.Bytes(), []byte("volumev3"), []byte("no-more"))) // the test sees what is missing
		})
		done, err := c.cleaning().Look(t.Context())
		require.NoError(t, err)
		require.Equal(t, openstack.Cleaned{Absent: []string{"volume"}}, done)
		needs := c.cleaning()
		needs.Needs = func(s openstack.Service) bool { return s.Name == "volume" }
		done, err = needs.Look(t.Context())
		require.NoError(t, err)
		require.Len(t, done.Unknown, 1)
		require.Equal(t, "the volume service", done.Unknown[0].What)
	})
}

package workloads_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// told keeps all that a load tells.
type told struct {
	mu  sync.Mutex
	all []record.Sample
}

func (s *told) Sample(sample record.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, sample)
}

// of are those of an operation; "" for the arrivals.
func (s *told) of(operation string) (found []record.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sample := range s.all {
		if sample.Operation == operation {
			found = append(found, sample)
		}
	}
	return found
}

// away has Nova listen elsewhere, whether the catalogue says so or not.
func (c *cloud) away() (from, to string) {
	from, to = "127.0.0.1:8774", "127.0.0.1:9774"
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[to], c.gone = c.services[from], from
	return from, to
}

// sends sends a workload once a second for a minute, and does something with the cloud in it.
func (c *cloud) sends(name string, at time.Duration, then func()) *told {
	c.t.Helper()
	timer := time.AfterFunc(at, then)
	defer timer.Stop()
	seen := &told{}
	most := 10 * time.Second
	if name == "nova.boot_and_delete_server" { // some of which take as long as that
		most = 30 * time.Second
	}
	spec := loadgen.Spec{Arrivals: &loadgen.Arrivals{Rate: 1, Process: loadgen.Constant}, Pool: 32, Timeout: most, GiveUp: most, Drain: most}
	_, err := loadgen.Run(c.t.Context(), loadgen.Load{Name: "make", Workload: fresh(name), Spec: spec, Env: c.env, End: time.Minute}, record.NewClock(), seen)
	require.NoError(c.t, err)
	return seen
}

// What was sent to the old address has failed, what is sent after the catalogue was read goes to
// the new one, and the reading is in the record, but in no arrival's time.
func TestAServiceThatMovesInTheCatalogueIsFollowedAndNamed(t *testing.T) {
	for _, name := range []string{"nova.list_servers", "nova.boot_and_delete_server"} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			var moved []string
			c.env.Moved = func(service, from, to string) { moved = append(moved, service+" "+from+" "+to) }
			seen := c.sends(name, 20500*time.Millisecond, func() {
				_, to := c.away()
				c.transportForgets()
				c.store.SetEndpoint("nova-api", "http://"+to)
			})
			var failed, after int
			for _, a := range seen.of("") {
				switch {
				case a.Class != record.OK:
					failed++
					require.Equal(t, record.Connect, a.Class, "%v", a.Err)
					require.Less(t, a.Latency(), 10*time.Second)
				case a.Intended > 21*time.Second:
					after++
				}
			}
			require.GreaterOrEqual(t, failed, 1, "the first that met nobody has failed")
			require.LessOrEqual(t, failed, 32, "those in flight, and the first")
			require.GreaterOrEqual(t, after, 36)
			read := seen.of("keystone.catalog")
			require.Len(t, read, 1)
			require.Equal(t, record.OK, read[0].Class, "%v", read[0].Err)
			require.Equal(t, []string{"compute http://127.0.0.1:8774/v2.1 http://127.0.0.1:9774/v2.1"}, moved)
		})
	}
}

// An address that takes what is sent and never answers is left as well: nothing is known but that
// the time was over.
func TestAServiceThatMovesAndLeavesAHoleIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		moved := 0
		c.env.Moved = func(string, string, string) { moved++ }
		seen := c.sends("nova.list_servers", 20500*time.Millisecond, func() {
			c.mu.Lock()
			c.services["127.0.0.1:9774"] = c.services["127.0.0.1:8774"]
			c.mu.Unlock()
			c.store.SetEndpoint("nova-api", "http://127.0.0.1:9774")
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Host == "127.0.0.1:8774" {
					stalls(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		late, well := 0, 0
		for _, a := range seen.of("") {
			switch {
			case a.Class == record.Timeout:
				late++
			case a.Intended > 32*time.Second:
				require.Equal(t, record.OK, a.Class)
				well++
			}
		}
		require.Equal(t, 1, moved)
		require.InDelta(t, 10, late, 1, "those that were sent until the first time-out")
		require.Greater(t, well, 25)
	})
}

// Who is down without a new address is down: each arrival fails, and the catalogue is asked for
// at most every five seconds.
func TestAnOutageIsNoMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Moved = func(service, from, to string) { t.Error(service, from, to) }
		seen := c.sends("nova.list_servers", 20500*time.Millisecond, func() { c.away(); c.transportForgets() })
		failed := 0
		for _, a := range seen.of("") {
			if a.Class == record.Connect {
				failed++
				require.Less(t, a.Latency(), time.Millisecond, "reading the catalogue is in no arrival's time")
			}
		}
		require.Equal(t, 39, failed)
		require.Len(t, seen.of("keystone.catalog"), 8)
	})
}

// A service that answers, and be it with an error, is where it was.
func TestAnAnswerOfTheServiceIsNoReasonToReadTheCatalogue(t *testing.T) {
	for _, status := range []int{404, 500, 503} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
					w.Header().Set("X-Openstack-Request-Id", "req-1")
					answers(status)(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
			require.Empty(t, c.sends("nova.list_servers", time.Hour, func() {}).of("keystone.catalog"))
		})
	}
}

// A token that ends is renewed within an iteration, where that is an operation of its own, and
// the catalogue that comes with the new one is taken over though the old address still answers.
func TestATokenThatEndsIsRenewedRecordedAndCountedWithItsCatalogue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		renewed, refused := 0, atomic.Int64{}
		var moved []string
		c.env.Reauthenticated = func() { renewed++ }
		c.env.Moved = func(service, _, to string) { moved = append(moved, service+" "+to) }
		ended, hosts := "", map[string]int{}
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasPrefix(r.URL.Path, "/v2.1/servers") {
				c.mu.Lock()
				old := ended != "" && r.Header.Get("X-Auth-Token") == ended || ended == "all"
				if ended == "all" {
					ended = r.Header.Get("X-Auth-Token")
				}
				hosts[r.Host]++
				c.mu.Unlock()
				if old {
					refused.Add(1)
					answers(401)(w, r, next)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
		seen := c.sends("nova.list_servers", 30500*time.Millisecond, func() {
			c.mu.Lock()
			c.services["127.0.0.1:9774"] = c.services["127.0.0.1:8774"]
			ended = "all"
			c.mu.Unlock()
			c.store.SetEndpoint("nova-api", "http://127.0.0.1:9774")
		})
		for _, a := range seen.of("") {
			require.Equal(t, record.OK, a.Class, "%v", a.Err)
		}
		require.Equal(t, 1, renewed)
		require.Positive(t, refused.Load())
		require.Len(t, seen.of("keystone.refused_token"), int(refused.Load()), "each request that was sent twice")
		again := seen.of("keystone.renew_token")
		require.Len(t, again, 1)
		require.Equal(t, record.OK, again[0].Class)
		require.Empty(t, seen.of("keystone.catalog"))
		require.Equal(t, []string{"compute http://127.0.0.1:9774/v2.1"}, moved)
		require.Greater(t, hosts["127.0.0.1:9774"], 25)
	})
}

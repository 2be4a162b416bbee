package workloads_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

const (
	findOperation     = "nova.find_servers_to_evacuate"
	evacuateOperation = "nova.evacuate_server"
)

// evacuating opens the workload with four servers, two on each host.
func (c *cloud) evacuating() loadgen.Session {
	c.t.Helper()
	s, err := nova.NewEvacuateServer().Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	c.heals()
	return s
}

// lose has Nova hear nothing more of hosts.
func (c *cloud) lose(hosts ...string) {
	for _, host := range hosts {
		c.store.Heard(host, time.Time{})
	}
}

// iterates is one iteration, and its operations.
func (c *cloud) iterates(s loadgen.Session) (loadgen.Outcome, []string) {
	var seen operations
	o := s.Iterate(c.t.Context(), 0, &seen)
	return o, seen.names
}

func evacuation(t *testing.T, test func(c *cloud)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newCloud(t)) })
}

// While all hosts are up there is one operation, which finds nothing.
func TestNothingIsEvacuatedWhileAllHostsAreUp(t *testing.T) {
	evacuation(t, func(c *cloud) {
		s := c.evacuating()
		require.Len(c.t, c.store.Named(mark), 4)
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method != http.MethodGet {
				c.t.Errorf("%s %s", r.Method, r.URL)
			}
			next.ServeHTTP(w, r)
		})
		o, names := c.iterates(s)
		require.NoError(c.t, o.Err)
		require.NotEmpty(c.t, o.RequestID)
		require.Equal(c.t, []string{findOperation}, names)
		c.heals()
		kept, was := s.(loadgen.Keeper).Check(c.t.Context())
		require.True(c.t, was)
		require.Equal(c.t, loadgen.Kept{Work: 4}, kept)
		c.ends(c.t, s)
	})
}

// Each server of a lost host is evacuated once, also where several iterations look at the
// same moment, and the workload itself tells Nova nothing of hosts.
func TestTheServersOfALostHostAreEvacuated(t *testing.T) {
	require.Equal(t, "admin", nova.NewEvacuateServer().Role())
	for _, atOnce := range []int{1, 3} {
		evacuation(t, func(c *cloud) {
			s := c.evacuating()
			c.lose("cmp-1")
			var mu sync.Mutex
			told, asked := "", 0
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method != http.MethodGet {
					mu.Lock()
					told += r.Method + " " + body(r) + r.Header.Get("X-Openstack-Nova-Api-Version") + " "
					asked++
					mu.Unlock()
				}
				next.ServeHTTP(w, r)
			})
			for range 4 / atOnce {
				var running sync.WaitGroup
				for range atOnce {
					running.Go(func() {
						if o, _ := c.iterates(s); o.Err != nil {
							t.Error(o.Err)
						}
					})
				}
				running.Wait()
			}
			require.Equal(c.t, strings.Repeat(`POST {"evacuate":{}}2.14 `, 2), told, "%d at once", atOnce)
			c.heals()
			o, names := c.iterates(s)
			require.NoError(c.t, o.Err)
			require.Equal(c.t, []string{findOperation}, names, "all of them are elsewhere")
			require.Equal(c.t, loadgen.Kept{Work: 4}, c.checked(s))
			c.ends(c.t, s)
		})
	}
}

// An evacuation lasts until the server is ACTIVE elsewhere.
func TestAnEvacuationIsTimedToItsEnd(t *testing.T) {
	evacuation(t, func(c *cloud) {
		s := c.evacuating()
		c.lose("cmp-1")
		began := time.Now()
		o, names := c.iterates(s)
		require.NoError(c.t, o.Err)
		require.Equal(c.t, []string{findOperation, evacuateOperation}, names)
		require.Greater(c.t, time.Since(began), time.Second)
		c.ends(c.t, s)
	})
}

func TestHowAnEvacuationFails(t *testing.T) {
	onAction := func(how breakage) breakage {
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/action") {
				how(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
	for what, way := range map[string]struct {
		lost  []string
		how   breakage
		class record.Class
		says  string
		last  string
	}{
		"no host is left": {[]string{"cmp-1", "cmp-2"}, nil, record.WrongResult, "is in ERROR: No valid host was found.", evacuateOperation},
		"it is up again": {[]string{"cmp-1"}, onAction(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"badRequest": {"code": 400, "message": "Compute service of cmp-1 is still in use."}}`)
		}), record.HTTP4xx, "Compute service of cmp-1 is still in use.", evacuateOperation},
		"nothing comes of it": {[]string{"cmp-1"}, onAction(answers(http.StatusOK)), record.WrongResult, "it is still on the host that is down", evacuateOperation},
		"nobody says which are down": {[]string{"cmp-1"}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/os-services") {
				_, _ = io.WriteString(w, "{}")
				return
			}
			next.ServeHTTP(w, r)
		}, record.WrongResult, "the answer has none, not even an empty one", findOperation},
		"another did it first": {[]string{"cmp-1"}, onAction(answers(http.StatusConflict)), record.Conflict, "409", evacuateOperation},
		"a server is not there": {[]string{"cmp-1"}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.HasSuffix(r.URL.Path, "/servers/detail") {
				_, _ = io.WriteString(w, `{"servers": []}`)
				return
			}
			next.ServeHTTP(w, r)
		}, record.WrongResult, "4 of the 4 servers are not there any more", findOperation},
	} {
		evacuation(t, func(c *cloud) {
			s := c.evacuating()
			c.lose(way.lost...)
			if way.how != nil {
				c.breaks(0, way.how)
			}
			o, names := c.iterates(s)
			c.heals()
			require.Equal(c.t, way.class, o.Class, what)
			require.ErrorContains(c.t, o.Err, way.says, what)
			require.Equal(c.t, way.last, names[len(names)-1], what)
			c.ends(c.t, s)
		})
	}
}

// What an evacuation has broken is asked for no more, and lost.
func TestAServerThatCouldNotBeEvacuatedIsLost(t *testing.T) {
	evacuation(t, func(c *cloud) {
		s := c.evacuating()
		c.lose("cmp-1", "cmp-2")
		for range 4 {
			o, _ := c.iterates(s)
			require.Equal(c.t, record.WrongResult, o.Class)
		}
		o, names := c.iterates(s)
		require.NoError(c.t, o.Err)
		require.Equal(c.t, []string{findOperation}, names)
		lost := c.checked(s).Lost
		require.Len(c.t, lost, 4)
		require.Contains(c.t, lost[0], "is in ERROR: No valid host was found.")
		c.ends(c.t, s)
	})
}

// Every request fails in every way, and a cut ends it at once; none of them leaves a
// server taken that is still where it was.
func TestARequestThatFailsEndsAnEvacuation(t *testing.T) {
	ways := map[record.Class]breakage{record.HTTP5xx: answers(503), record.HTTP4xx: answers(403), record.Connect: resets, record.Timeout: stalls, record.Aborted: stalls}
	for call := range 5 { // services, servers, the server, action, the first question how it is
		for class, how := range ways {
			evacuation(t, func(c *cloud) {
				s := c.evacuating()
				c.lose("cmp-1")
				c.breaks(call, how)
				ctx, cancel := context.WithTimeout(c.t.Context(), time.Hour)
				if class == record.Aborted {
					ctx, cancel = context.WithCancel(c.t.Context())
					time.AfterFunc(time.Hour, cancel)
				}
				began := time.Now()
				o := s.Iterate(ctx, 0, &operations{})
				cancel()
				c.heals()
				require.Equal(c.t, class, o.Class, "request %d: %v", call, o.Err)
				require.LessOrEqual(c.t, time.Since(began), time.Hour+time.Second)
				time.Sleep(time.Minute)
				evacuated := map[bool]int{true: 0, false: 1}[call < 4] // what was asked for is done
				for range 2 {
					o, names := c.iterates(s)
					require.NoError(c.t, o.Err)
					evacuated += len(names) - 1
				}
				require.Equal(c.t, 2, evacuated, "request %d", call)
				o, names := c.iterates(s)
				require.NoError(c.t, o.Err)
				require.Equal(c.t, []string{findOperation}, names)
				require.Equal(c.t, loadgen.Kept{Work: 4}, c.checked(s))
				c.ends(c.t, s)
			})
		}
	}
}

// Workers share the servers, and one that ends before the others removes its own.
func TestPartsOfALoadKeepServersOfTheirOwn(t *testing.T) {
	evacuation(t, func(c *cloud) {
		var parts []loadgen.Session
		for nth := range 3 {
			c.env.Part = loadgen.Part{Of: 3, Nth: nth}
			w := nova.NewEvacuateServer()
			w.Servers = 2
			s, err := w.Open(c.t.Context(), c.env)
			require.NoError(c.t, err)
			parts = append(parts, s)
		}
		require.Equal(c.t, []string{"server " + mark + "0", "server " + mark + "1"}, c.store.Named(mark))
		require.NoError(c.t, parts[0].Close(c.t.Context()))
		require.Equal(c.t, []string{"server " + mark + "1"}, c.store.Named(mark))
		c.lose("cmp-1", "cmp-2")
		o, names := c.iterates(parts[2])
		require.NoError(c.t, o.Err)
		require.Equal(c.t, []string{findOperation}, names, "it has none")
		require.NoError(c.t, parts[2].Close(c.t.Context()))
		c.ends(c.t, parts[1])
	})
}

func TestWhatAnEvacuationNeedsIsSaidBeforeTheStart(t *testing.T) {
	evacuation(t, func(c *cloud) {
		for version, says := range map[string]string{"2.13": "2.13 is asked for", "2.95": "2.95 is asked for", "2.53": ""} {
			env := c.env
			env.Microversions = map[string]string{"compute": version}
			s, err := nova.NewEvacuateServer().Open(c.t.Context(), env)
			if says != "" {
				require.ErrorContains(c.t, err, "needs one of compute from 2.14 to 2.94, and "+says)
				continue
			}
			require.NoError(c.t, err)
			c.ends(c.t, s)
		}
		c.store.Limit("instances", 3)
		_, err := nova.NewEvacuateServer().Open(c.t.Context(), c.env)
		require.ErrorContains(c.t, err, "quota of instances: the project uses 0 of 3, and one iteration needs 4")
		c.store.Limit("instances", 4)
		s := c.evacuating()
		c.ends(c.t, s)
		w := nova.NewEvacuateServer()
		w.Servers, w.Poll = 101, 0
		require.ErrorContains(c.t, w.Validate(), "servers: must be from 1 to 100")
		require.ErrorContains(c.t, w.Validate(), "poll: ")
	})
}

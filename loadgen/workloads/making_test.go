package workloads_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// mark is what everything bears that the session of a test makes.
const mark = "eris-test-make-"

// making runs a test for each workload that makes things, in a bubble of its
// own with a cloud that has nothing of it: whatever has a role that may do more
// than read is held to what all of those must do.
func making(t *testing.T, test func(c *cloud, name string)) {
	t.Helper()
	all, found := workloads.All(), 0
	for _, name := range all.Names() {
		kind, _ := all.Lookup(name)
		authorized, logsIn := kind.New().(loadgen.Authorized)
		if !logsIn || authorized.Role() != "member" && authorized.Role() != "admin" || name == "api.misuse" || name == "nova.evacuate_server" {
			continue // what is misused or evacuated is held to other things, in misuse_test.go and evacuate_test.go
		}
		found++
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(newCloud(t), name) })
		})
	}
	require.GreaterOrEqual(t, found, 9)
}

func fresh(name string) loadgen.Workload {
	kind, _ := workloads.All().Lookup(name)
	w := kind.New()
	if vm, is := w.(*nova.BootAndRunCommand); is {
		vm.User = "guest" // who it is depends on the image
	}
	return w
}

// session opens a workload with its defaults.
func (c *cloud) session(t *testing.T, name string) loadgen.Session {
	t.Helper()
	s, err := fresh(name).Open(t.Context(), c.env)
	require.NoError(t, err)
	c.heals()
	return s
}

// ends closes a session, which leaves nothing.
func (c *cloud) ends(t *testing.T, s loadgen.Session, what ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	require.NoError(t, s.Close(ctx), what...)
	time.Sleep(time.Minute) // whatever may still come
	require.Empty(t, c.store.Named(mark), what...)
}

// operations keeps what an iteration reports. It is for one at a time.
type operations struct {
	names []string
	ended []loadgen.Outcome
}

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	o.names = append(o.names, name)
	return func(end loadgen.Outcome) { o.ended = append(o.ended, end) }
}

func TestAnIterationLeavesNothing(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		before := c.store.Named(mark)
		var seen operations
		o := s.Iterate(t.Context(), 0, &seen)
		require.NoError(t, o.Err)
		require.NotEmpty(t, o.RequestID)
		require.Equal(t, before, c.store.Named(mark), "but what all iterations share")
		require.GreaterOrEqual(t, len(seen.names), 2)
		require.Len(t, seen.ended, len(seen.names))
		for n, operation := range seen.names {
			require.Equal(t, record.OK, seen.ended[n].Class, operation)
			service, verb, _ := strings.Cut(operation, ".")
			require.NotEmpty(t, service, operation)
			require.NotEmpty(t, verb, operation)
			require.Equal(t, service != "vm", seen.ended[n].RequestID != "", "%s: a server has no ids of requests", operation)
		}
		c.ends(t, s)
	})
}

// Every request of an iteration fails in every way: the class is the right one,
// also that of the operation, nothing is tried again, and Close leaves nothing.
func TestEveryFailureHasItsClassAndLeavesNothing(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		ways := []struct {
			what  string
			how   breakage
			class record.Class
		}{
			{"503", answers(503), record.HTTP5xx},
			{"403", answers(403), record.HTTP4xx},
			{"409", answers(409), record.Conflict},
			{"413", answers(413), record.Quota},
			{"a wrong body", answers(200), record.WrongResult},
			{"a reset", resets, record.Connect},
			{"an answer that is lost", loses, record.Connect},
			{"work that is done late", delays, record.Connect},
			{"a closed port", c.refuses, record.Connect},
			{"a stall", stalls, record.Timeout},
		}
		s := c.session(t, name)
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		repeated := c.repeated()
		calls := c.heals()
		c.ends(t, s)
		for call := range calls {
			if repeated[call] {
				continue
			}
			for _, way := range ways {
				what := fmt.Sprintf("%s at request %d of %d", way.what, call+1, calls)
				s := c.session(t, name)
				c.breaks(call, way.how)
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				var seen operations
				o := s.Iterate(ctx, int64(call), &seen)
				cancel()
				synctest.Wait() // the sweeper has had its turn
				broken := c.request(call)
				tries := c.heals() - call
				if tries <= 0 { // the cloud was quicker, and fewer questions were needed
					require.NoError(t, o.Err, what)
					c.ends(t, s, what)
					continue
				}
				require.Equal(t, way.class, o.Class, "%s: %v", what, o.Err)
				require.Equal(t, o, seen.ended[len(seen.ended)-1], what)
				require.LessOrEqual(t, tries, atOnce(name)+sweeps(way.class)+unread(name, broken, way.what), what)
				c.ends(t, s, what)
			}
		}
	})
}

// Every answer of an iteration comes with half of its document, or with none, or its
// connection ends before it does: the first two are wrong results, and the last is no
// whole answer. What nobody reads is no failure.
func TestHalfADocumentIsAWrongResultAndHalfAnAnswerIsNone(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		ways := []struct {
			what  string
			how   func(body []byte, w http.ResponseWriter) (said []byte)
			class record.Class
		}{
			{"half a document", func(body []byte, _ http.ResponseWriter) []byte { return body[:len(body)/2] }, record.WrongResult},
			{"no document", func([]byte, http.ResponseWriter) []byte { return nil }, record.WrongResult},
			{"half an answer", func(body []byte, w http.ResponseWriter) []byte {
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
				return body[:len(body)/2]
			}, record.Connect},
		}
		s := c.session(t, name)
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		repeated := c.repeated()
		calls := c.heals()
		c.ends(t, s)
		for _, way := range ways {
			failed := 0
			for call := range calls {
				if repeated[call] {
					continue
				}
				what := fmt.Sprintf("%s at request %d of %d", way.what, call+1, calls)
				s := c.session(t, name)
				c.breaks(call, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					whole := httptest.NewRecorder()
					next.ServeHTTP(whole, r)
					maps.Copy(w.Header(), whole.Header())
					var document any
					if json.Unmarshal(whole.Body.Bytes(), &document) != nil {
						w.WriteHeader(whole.Code)
						_, _ = w.Write(whole.Body.Bytes())
						return
					}
					w.Header().Del("Content-Length")
					said := way.how(whole.Body.Bytes(), w)
					w.WriteHeader(whole.Code)
					_, _ = w.Write(said)
				})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				o := s.Iterate(ctx, int64(call), &operations{})
				cancel()
				c.heals()
				if o.Class != record.OK {
					failed++
					require.Equal(t, way.class, o.Class, "%s: %v", what, o.Err)
				}
				c.ends(t, s, what)
			}
			require.NotZero(t, failed, way.what)
		}
	})
}

// atOnce is how many requests a workload sends at the same moment, at most.
func atOnce(name string) int {
	switch name {
	case "nova.race_actions_on_server", "nova.race_snapshots_of_server":
		return 3
	case "neutron.race_updates_of_port":
		return 4
	}
	return 1
}

// unread is how many requests were answered with a wrong body that nobody
// reads: Cinder says with a 200, and no body, that quotas are deleted. It is the
// next request that finds the cloud broken.
func unread(name, asked, way string) int {
	if name == "quotas.cinder_update_and_delete" && way == "a wrong body" && strings.HasPrefix(asked, "DELETE ") && strings.Contains(asked, "/os-quota-sets/") {
		return 1
	}
	return 0
}

// sweeps is how often the sweeper may have asked at once after an iteration that
// ended so: it deletes, and frees first where that conflicts.
func sweeps(class record.Class) int {
	if class == record.Conflict {
		return 2
	}
	return 1
}

func TestACutEndsAnIterationAtOnce(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		calls := c.heals()
		for call := range calls {
			c.breaks(call, stalls)
			ctx, cancel := context.WithCancel(t.Context())
			began := time.Now()
			time.AfterFunc(time.Hour, cancel)
			o := s.Iterate(ctx, int64(call), &operations{})
			if c.heals() <= call { // the cloud was quicker, and fewer questions were needed
				require.NoError(t, o.Err)
				continue
			}
			require.Equal(t, record.Aborted, o.Class)
			require.Equal(t, time.Hour, time.Since(began))
		}
		c.ends(t, s)
	})
}

func TestWhatFailedIterationsLeaveIsDeletedBesideTheLoad(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		shared := c.store.Named(mark)
		c.breaks(0, undeletable)
		require.Equal(t, record.HTTP5xx, s.Iterate(t.Context(), 0, &operations{}).Class)
		require.NotEqual(t, shared, c.store.Named(mark))
		c.heals()
		time.Sleep(30 * time.Second)
		require.Equal(t, shared, c.store.Named(mark))
		c.ends(t, s)
	})
}

func TestCloseNamesWhatStaysAndLeavesOthersAlone(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		other := c.env
		other.Load = "make-2"
		own := c.session(t, name)
		foreign, err := fresh(name).Open(t.Context(), other)
		require.NoError(t, err)
		c.breaks(0, undeletable)
		require.Equal(t, record.HTTP5xx, own.Iterate(t.Context(), 5, &operations{}).Class)
		require.Equal(t, record.HTTP5xx, foreign.Iterate(t.Context(), 5, &operations{}).Class)
		short, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.Regexp(t, "are left: ("+mark+"shared, )?"+mark+"5", own.Close(short))
		theirs := c.store.Named("eris-test-make-2-")
		require.NotEmpty(t, theirs)
		c.heals()
		own = c.session(t, name)
		require.NoError(t, own.Iterate(t.Context(), 6, &operations{}).Err) // so that there is something to look for
		long, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, own.Close(long))
		require.NoError(t, foreign.Close(long))
		require.Empty(t, c.store.Named(mark))
	})
}

func TestManyIterationsAtOnce(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		var running sync.WaitGroup
		for worker := range int64(6) {
			running.Go(func() {
				for n := range int64(5) {
					if o := s.Iterate(t.Context(), 5*worker+n, &operations{}); o.Err != nil {
						t.Error(o.Err)
					}
				}
			})
		}
		running.Wait()
		c.ends(t, s)
	})
}

// An Open that fails leaves nothing, at whichever request that was.
func TestAnOpenThatFailsLeavesNothing(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s, err := fresh(name).Open(t.Context(), c.env)
		require.NoError(t, err)
		calls := c.heals()
		c.ends(t, s)
		failed := 0
		for call := range calls {
			c.breaks(call, once(c, answers(503)))
			s, err := fresh(name).Open(t.Context(), c.env)
			c.heals()
			if err == nil { // gophercloud does without that answer
				c.ends(t, s)
				continue
			}
			failed++
			var open *loadgen.OpenError
			require.ErrorAs(t, err, &open)
			require.Equal(t, record.HTTP5xx, open.Class)
			require.Empty(t, c.store.Named(mark))
		}
		require.NotZero(t, failed)
	})
}

// Workers share a load, and one that ends before the others removes what is its own.
func TestAPartOfALoadLeavesTheOthersWorkAlone(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		var parts []loadgen.Session
		for nth := range int64(2) {
			c.env.Part = loadgen.Part{Of: 2, Nth: int(nth)}
			s := c.keeping(name, 1)
			require.NoError(t, s.Iterate(t.Context(), 10+nth, &operations{}).Err)
			parts = append(parts, s)
		}
		before := c.store.Named(mark)
		require.NoError(t, parts[0].Close(t.Context()))
		time.Sleep(time.Minute) // whatever may still be on its way
		after := c.store.Named(mark)
		require.NotEmpty(t, after)
		require.Less(t, len(after), len(before))
		for _, left := range after {
			require.Regexp(t, "(^|[ /])"+mark+"(11|shared1)|^key pair "+mark+"[0-9]*[13579]$", left)
		}
		c.ends(t, parts[1])
	})
}

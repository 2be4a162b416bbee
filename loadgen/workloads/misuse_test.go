package workloads_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/misuse"
	"github.com/openstack-eris/eris/loadgen/workloads"
)

// misusing runs a test with a session that misuses those services of the embedded
// cloud, in fake time.
func misusing(t *testing.T, services []string, test func(c *cloud, s loadgen.Session)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.said.Reset()
		c.env.Log = slog.New(slog.NewTextHandler(&c.said, nil))
		w := misuse.New(workloads.Services())
		w.Services = services
		s, err := w.Open(t.Context(), c.env)
		require.NoError(t, err)
		c.heals()
		test(c, s)
	})
}

// failures are those of so many iterations, by class and text.
func failures(t *testing.T, s loadgen.Session, n int64) []string {
	t.Helper()
	all := map[string]bool{}
	for i := range n {
		if o := s.Iterate(t.Context(), i, &operations{}); o.Class != record.OK {
			all[fmt.Sprintf("%s %d %v", o.Class, o.Status, o.Err)] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// The embedded cloud refuses all that its services have to refuse, and nothing is
// made by it.
func TestMisuseIsRefused(t *testing.T) {
	misusing(t, nil, func(c *cloud, s loadgen.Session) {
		before := c.store.Named("")
		var seen operations
		for n := range int64(8000) {
			o := s.Iterate(c.t.Context(), n, &seen)
			require.Equal(c.t, record.OK, o.Class, "%v", o.Err)
			require.NotEmpty(c.t, o.RequestID)
		}
		ways := map[string]bool{}
		for _, name := range seen.names {
			service, way, _ := strings.Cut(name, ".")
			ways[service], ways[way] = true, true
		}
		require.Equal(c.t, []string{
			"cinder", "glance", "heat", "keystone", "missing", "neutron", "nova", "octavia", "placement", "swift", "wrong_document", "wrong_header", "wrong_id", "wrong_method",
			"wrong_order", "wrong_parameter", "wrong_size", "wrong_token", "wrong_type", "wrong_version",
		}, slices.Sorted(maps.Keys(ways)))
		require.NoError(c.t, s.Close(c.t.Context()))
		time.Sleep(time.Minute) // what is deleted by and by
		require.Equal(c.t, before, c.store.Named(""))
	})
}

// body reads what was asked, and leaves it to be read again.
func body(r *http.Request) string {
	text, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(text))
	return string(text)
}

// A service that fails for one reason is told with the smallest request that has it.
func TestMisuseThatBreaksAServiceIsMadeSmaller(t *testing.T) {
	misusing(t, []string{"neutron"}, func(c *cloud, s loadgen.Session) {
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if text := body(r); strings.Contains(text, `"cidr":{"a":1}`) && r.Method == http.MethodPost {
				answers(http.StatusInternalServerError)(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		require.Equal(c.t, []string{`http_5xx 500 neutron: POST /subnets {"subnet":{"cidr":{"a":1}}}: status 500`}, failures(c.t, s, 3000))
		require.NoError(c.t, s.Close(c.t.Context()))
		require.Equal(c.t, 1, strings.Count(c.said.String(), "\n"), "the log has each failure once")
		require.Contains(c.t, c.said.String(), `msg=misuse service=neutron request="POST /subnets {\"subnet\":{\"cidr\":{\"a\":1}}}" answer="status 500" request_id=`)
	})
}

// What a service takes though it is wrong is told, and deleted again.
func TestMisuseThatIsTakenIsAWrongResultAndLeavesNothing(t *testing.T) {
	misusing(t, []string{"neutron"}, func(c *cloud, s loadgen.Session) {
		before := c.store.Named("")
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if text := body(r); strings.Contains(text, `"admin_state_up":"perhaps"`) {
				r.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(text, `"perhaps"`, "true")))
			}
			next.ServeHTTP(w, r)
		})
		require.Equal(c.t, []string{
			`wrong_result 201 neutron: POST /networks {"network":{"admin_state_up":"perhaps"}}: status 201 for what is wrong`,
		}, failures(c.t, s, 3000))
		require.NoError(c.t, s.Close(c.t.Context()))
		require.Equal(c.t, before, c.store.Named(""))
	})
}

// What cannot be deleted again is named, and `eris cleanup` finds it by its name.
func TestMisuseThatCannotBeDeletedIsNamed(t *testing.T) {
	misusing(t, []string{"glance"}, func(c *cloud, s loadgen.Session) {
		c.breaks(0, undeletable)
		require.NotEmpty(c.t, failures(c.t, s, 200))
		require.ErrorContains(c.t, s.Close(limited(c.t, time.Minute)), "left: glance /images/")
		require.NotEmpty(c.t, c.store.Named(mark))
		c.heals()
		require.NoError(c.t, s.Close(c.t.Context()), "once it can")
		require.Empty(c.t, c.store.Named(mark))
	})
}

// A service that answers no deletion keeps nobody longer than he waits: all that is left is named.
func TestMisuseThatHangsIsLeftInTime(t *testing.T) {
	misusing(t, []string{"glance"}, func(c *cloud, s loadgen.Session) {
		c.breaks(0, undeletable)
		require.NotEmpty(c.t, failures(c.t, s, 1000))
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodDelete {
				stalls(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
		began := time.Now()
		err := s.Close(limited(c.t, 40*time.Second))
		require.LessOrEqual(c.t, time.Since(began), 41*time.Second)
		require.Greater(c.t, strings.Count(err.Error(), "left: glance /images/"), 2, "each of them is named")
		c.heals()
		require.NoError(c.t, s.Close(c.t.Context()))
	})
}

// What is made by a request that nobody has answered, at once or later, is found by its
// name; where nobody can look for it, that is said.
func TestMisuseThatIsTakenWithoutAnAnswerLeavesNothing(t *testing.T) {
	for name, how := range map[string]breakage{"lost": loses, "late": delays} {
		t.Run(name, func(t *testing.T) {
			misusing(t, []string{"neutron"}, func(c *cloud, s loadgen.Session) {
				c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if text := body(r); r.Method == http.MethodPost && strings.Contains(text, `"admin_state_up":"perhaps"`) {
						r.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(text, `"perhaps"`, "true")))
						how(w, r, next)
						return
					}
					next.ServeHTTP(w, r)
				})
				require.NotEmpty(c.t, failures(c.t, s, 1000))
				require.NotEmpty(c.t, c.store.Named(mark), "nobody has said an id")
				found, err := c.cleaning().Look(c.t.Context())
				require.NoError(c.t, err)
				require.Len(c.t, found.Left, len(c.store.Named(mark)), "the cloud alone tells it")
				c.breaks(0, answers(503))
				require.ErrorContains(c.t, s.Close(limited(c.t, time.Minute)), "it is not known whether anything named "+mark+"… is left")
				c.heals()
				require.NoError(c.t, s.Close(limited(c.t, time.Minute)))
				require.Empty(c.t, c.store.Named(mark))
			})
		})
	}
}

func TestMisuseIsClassedByWhatIsAnswered(t *testing.T) {
	one := func(how func(c *cloud) breakage, class record.Class, says string) {
		misusing(t, []string{"nova"}, func(c *cloud, s loadgen.Session) {
			c.breaks(0, how(c))
			began := time.Now()
			o := s.Iterate(c.t.Context(), 3, &operations{})
			require.Equal(c.t, class, o.Class, "%v", o.Err)
			require.ErrorContains(c.t, o.Err, says)
			require.Less(c.t, time.Since(began), time.Hour)
			c.heals()
			require.NoError(c.t, s.Close(c.t.Context()))
		})
	}
	as := func(b breakage) func(*cloud) breakage { return func(*cloud) breakage { return b } }
	one(as(answers(503)), record.HTTP5xx, ": status 503")
	one(as(answers(429)), record.Quota, "status 429, which says nothing of what was asked")
	one(as(answers(302)), record.WrongResult, "status 302 for what is wrong")
	one(as(stalls), record.Timeout, ": no answer within 30s")
	one(as(resets), record.Connect, "EOF")
	one(func(c *cloud) breakage { return c.refuses }, record.Connect, "EOF")
}

// A token that has ended is got anew: otherwise all that is wrong would be refused
// for that from then on.
func TestMisuseRenewsItsToken(t *testing.T) {
	misusing(t, []string{"nova"}, func(c *cloud, s loadgen.Session) {
		c.breaks(0, answers(401))
		var o loadgen.Outcome
		for n := int64(0); o.Class != record.HTTP4xx; n++ { // but for those with a token that is none
			o = s.Iterate(c.t.Context(), n, &operations{})
		}
		require.ErrorContains(c.t, o.Err, "the token is no longer good")
		renewed := 0
		c.env.Reauthenticated = func() { renewed++ }
		c.heals()
		require.Empty(c.t, failures(c.t, s, 100))
		require.NoError(c.t, s.Close(c.t.Context()))
	})
}

func TestACutEndsMisuseAtOnce(t *testing.T) {
	misusing(t, []string{"cinder"}, func(c *cloud, s loadgen.Session) {
		c.breaks(0, stalls)
		ctx, cancel := context.WithCancel(c.t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, cancel)
		require.Equal(c.t, record.Aborted, s.Iterate(ctx, 1, &operations{}).Class)
		require.Equal(c.t, time.Second, time.Since(began))
		c.heals()
		require.NoError(c.t, s.Close(c.t.Context()))
	})
}

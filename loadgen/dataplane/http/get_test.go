package http_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	data "github.com/openstack-eris/eris/loadgen/dataplane/http"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// both runs a test with vegeta's requests and with the fast ones, of which all holds.
func both(t *testing.T, test func(t *testing.T, serve func(http.HandlerFunc) *data.Get)) {
	t.Helper()
	for name, fast := range map[string]bool{"vegeta": false, "fast": true} {
		t.Run(name, func(t *testing.T) {
			test(t, func(handler http.HandlerFunc) *data.Get {
				server := httptest.NewServer(handler)
				t.Cleanup(server.Close)
				get := data.NewGet()
				get.URL, get.Fast = server.URL, fast
				return get
			})
		})
	}
}

func once(t *testing.T, get *data.Get) loadgen.Outcome {
	t.Helper()
	o, _ := loadgen.Once(t.Context(), get, loadgen.Env{Run: "r1"})
	return o
}

func TestGetLooksAtStatusAndBody(t *testing.T) {
	both(t, func(t *testing.T, serve func(http.HandlerFunc) *data.Get) {
		t.Helper()
		get := serve(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/moved":
				http.Redirect(w, r, "/", http.StatusFound)
			case "/down":
				w.Header().Set("X-Openstack-Request-Id", "req-1")
				w.WriteHeader(http.StatusServiceUnavailable)
			case "/cut":
				w.Header().Set("Content-Length", "100")
				_, _ = w.Write([]byte("short"))
				panic(http.ErrAbortHandler)
			default:
				_, _ = w.Write([]byte("hello " + r.UserAgent() + r.Method + r.Header.Get("X-Vegeta-Seq")))
			}
		})
		base := get.URL
		for _, c := range []struct {
			path, body string
			expect     int
			want       record.Class
			status     int
		}{
			{"/", "", 0, record.OK, 200},
			{"/", "hello eris/r1GET", 200, record.OK, 200},
			{"/", "goodbye", 0, record.WrongResult, 200},
			{"/", "", 204, record.WrongResult, 200},
			{"/moved", "", 0, record.OK, 302},
			{"/down", "", 0, record.HTTP5xx, 503},
			{"/down", "", 503, record.OK, 503},
			{"/cut", "", 0, record.Connect, 0},
		} {
			get.URL, get.Body, get.Expect = base+c.path, c.body, c.expect
			o := once(t, get)
			require.Equal(t, c.want, o.Class, "%+v: %v", c, o.Err)
			require.Equal(t, c.status, o.Status, "%+v", c)
		}
		get.URL = base + "/down"
		require.Equal(t, "req-1", once(t, get).RequestID)
	})
}

func TestGetTimesOutAndIsCut(t *testing.T) {
	both(t, func(t *testing.T, serve func(http.HandlerFunc) *data.Get) {
		t.Helper()
		get := serve(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		get.Timeout = 30 * time.Millisecond
		o := once(t, get)
		require.Equal(t, record.Timeout, o.Class, "%v", o.Err)

		arrived := make(chan struct{})
		get = serve(func(_ http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			<-r.Context().Done()
		})
		get.Timeout = 0
		clock := record.NewClock()
		spec := loadgen.DefaultSpec()
		spec.Concurrency = 4
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for range spec.Concurrency {
				<-arrived
			}
			cancel()
		}()
		totals, err := loadgen.Run(ctx, loadgen.Load{Name: "web", Workload: get, Spec: spec}, clock, nothing{})
		require.NoError(t, err)
		require.Equal(t, loadgen.Totals{Planned: 4, Started: 4, Aborted: 4}, totals)
	})
}

type nothing struct{}

func (nothing) Sample(record.Sample) {}

func TestGetOfNobody(t *testing.T) {
	both(t, func(t *testing.T, serve func(http.HandlerFunc) *data.Get) {
		t.Helper()
		get := serve(func(http.ResponseWriter, *http.Request) {})
		nobody := httptest.NewServer(http.NotFoundHandler())
		nobody.Close()
		get.URL = nobody.URL
		require.Equal(t, record.Connect, once(t, get).Class)
	})
}

// TestEveryArrivalIsOneHit: under an open load as many requests come in as
// arrivals were started, on as many connections as the pool has workers.
func TestEveryArrivalIsOneHit(t *testing.T) {
	both(t, func(t *testing.T, serve func(http.HandlerFunc) *data.Get) {
		t.Helper()
		var hits atomic.Int64
		get := serve(func(http.ResponseWriter, *http.Request) { hits.Add(1) })
		spec := loadgen.DefaultSpec()
		spec.Arrivals, spec.Pool = &loadgen.Arrivals{Rate: 2000, Process: loadgen.Poisson}, 8
		totals, err := loadgen.Run(t.Context(), loadgen.Load{Name: "web", Workload: get, Spec: spec, End: 500 * time.Millisecond}, record.NewClock(), nothing{})
		require.NoError(t, err)
		require.Equal(t, totals.Started, hits.Load())
		require.Equal(t, totals.Started, totals.Succeeded)
		require.InDelta(t, 1000, totals.Planned, 130)
	})
}

func TestGetNamesAllWrongArguments(t *testing.T) {
	bad := &data.Get{URL: "ftp://x", Method: "get", Expect: 7, Timeout: -1}
	_, err := bad.Open(t.Context(), loadgen.Env{})
	for _, field := range []string{"url", "method", "expect", "timeout"} {
		require.ErrorContains(t, err, field+":")
	}
}

package keystone_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/keystone"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func session(t *testing.T, w loadgen.Workload, env loadgen.Env) loadgen.Session {
	t.Helper()
	s, err := w.Open(t.Context(), env)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	return s
}

func TestIssueTokenClassesEveryAnswer(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.IssueToken{}, cloud.Env)
	require.Zero(t, cloud.Calls.Load(), "opening sends nothing")
	require.Equal(t, loadgen.Outcome{RequestID: "req-1"}, s.Iterate(t.Context(), 0, nil))
	for status, class := range map[int]record.Class{
		503: record.HTTP5xx, 401: record.HTTP4xx, 409: record.Conflict, 429: record.Quota, 300: record.WrongResult,
	} {
		cloud.Broken(status, "{}")
		before := cloud.Calls.Load()
		o := s.Iterate(t.Context(), 0, nil)
		require.Equal(t, class, o.Class, "%d: %v", status, o.Err)
		require.Equal(t, status, o.Status)
		require.NotEmpty(t, o.RequestID)
		require.Equal(t, before+1, cloud.Calls.Load(), "%d is not tried again", status)
	}
	for body, class := range map[string]record.Class{`{"token": {}}`: record.WrongResult, "<html>": record.WrongResult, `{"token": {"expi`: record.WrongResult, "": record.WrongResult} {
		cloud.Broken(201, body)
		o := s.Iterate(t.Context(), 0, nil)
		require.Equal(t, class, o.Class, "%q: %v", body, o.Err)
	}
}

func TestIssueTokenTellsTimeOutsFromAborts(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.IssueToken{}, cloud.Env)
	hang := func(_ http.ResponseWriter, r *http.Request) bool {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the client leave
		<-r.Context().Done()
		return true
	}
	cloud.Break.Store(&hang)
	short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	require.Equal(t, record.Timeout, s.Iterate(short, 0, nil).Class)
	cut, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	require.Equal(t, record.Aborted, s.Iterate(cut, 0, nil).Class)
}

func TestIssueTokenOfACloudThatIsNotThere(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.IssueToken{}, cloud.Env)
	abort := func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	cloud.Break.Store(&abort)
	require.Equal(t, record.Connect, s.Iterate(t.Context(), 0, nil).Class, "connection reset")

	_, err := (&keystone.IssueToken{}).Open(t.Context(), loadgen.Env{Clouds: cloud.Env.Clouds, Cloud: "other"})
	require.ErrorContains(t, err, `cloud "other" not found`)
}

func TestConnectionsAreKept(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.IssueToken{}, cloud.Env)
	const workers = 32
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for range 20 {
				if o := s.Iterate(t.Context(), 0, nil); o.Err != nil {
					t.Error(o.Err)
				}
			}
		})
	}
	running.Wait()
	require.Equal(t, int64(workers*20), cloud.Calls.Load())
	require.LessOrEqual(t, cloud.Connections.Load(), int64(2*workers))
}

func TestValidateTokenRenewsAndCountsIt(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.ValidateToken{}, cloud.Env)
	require.Equal(t, record.OK, s.Iterate(t.Context(), 0, nil).Class)
	require.Zero(t, cloud.Renewed.Load())

	// The cloud forgets the token: gophercloud renews it, and the run knows.
	cloud.Issued.Add(100)
	s.Iterate(t.Context(), 1, nil)
	require.Equal(t, int64(1), cloud.Renewed.Load())
	require.Equal(t, record.OK, s.Iterate(t.Context(), 2, nil).Class)

	// And when even that fails, the class is that of the renewal's failure.
	cloud.Issued.Add(100)
	down := func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return r.Method == http.MethodPost
	}
	cloud.Break.Store(&down)
	o := s.Iterate(t.Context(), 3, nil)
	require.Equal(t, []any{record.HTTP5xx, 503}, []any{o.Class, o.Status})
}

func TestValidateTokenRenewsBeforeTheEnd(t *testing.T) {
	cloud := openstacktest.New(t)
	cloud.Lifetime.Store(int64(time.Minute))
	s := session(t, &keystone.ValidateToken{}, cloud.Env)
	cloud.Lifetime.Store(int64(time.Hour))
	for n := range 3 {
		require.Equal(t, record.OK, s.Iterate(t.Context(), int64(n), nil).Class)
	}
	require.Equal(t, int64(1), cloud.Renewed.Load())
	require.Equal(t, int64(2), cloud.Issued.Load())
}

func TestValidateTokenOfSomeoneElseIsWrong(t *testing.T) {
	cloud := openstacktest.New(t)
	s := session(t, &keystone.ValidateToken{}, cloud.Env)
	cloud.Broken(200, `{"token": {"user": {"id": "u2"}}}`)
	require.Equal(t, record.WrongResult, s.Iterate(t.Context(), 0, nil).Class)
}

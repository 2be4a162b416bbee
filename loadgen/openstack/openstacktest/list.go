package openstacktest

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// List holds a workload that lists something against what all of those must
// do: ask for address (path and query) with the token, read the list under
// key, and class every way in which that can fail.
func List(t *testing.T, w loadgen.Workload, address, key string) {
	t.Helper()
	cloud := New(t)
	server := &lister{status: http.StatusOK, body: `{"` + key + `": [{"id": "a"}, {"id": "b"}]}`}
	cloud.Answer = server.answer
	s, err := w.Open(t.Context(), cloud.Env)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(context.WithoutCancel(t.Context()))) }()
	require.Equal(t, record.OK, s.Iterate(t.Context(), 0, nil).Class)
	server.mu.Lock()
	require.Equal(t, address, server.asked.URL.String())
	require.Equal(t, "token-1", server.asked.Header.Get("X-Auth-Token"))
	server.mu.Unlock()

	for wrong, class := range map[string]record.Class{
		`{"` + key + `": []}`: record.OK, `{}`: record.WrongResult, `{"` + key + `": [{}]}`: record.WrongResult,
		`{"` + key + `": {}}`: record.WrongResult, `oops`: record.WrongResult, ``: record.WrongResult, `{"` + key + `": [{"id": "a`: record.WrongResult,
	} {
		server.says(http.StatusOK, wrong)
		require.Equal(t, class, s.Iterate(t.Context(), 0, nil).Class, wrong)
	}
	for code, class := range map[int]record.Class{500: record.HTTP5xx, 503: record.HTTP5xx, 403: record.HTTP4xx, 429: record.Quota, 302: record.WrongResult, 307: record.WrongResult} {
		server.says(code, "{}")
		before := cloud.Calls.Load()
		o := s.Iterate(t.Context(), 0, nil)
		require.Equal(t, []any{class, code}, []any{o.Class, o.Status})
		require.NotEmpty(t, o.RequestID)
		require.Equal(t, before+1, cloud.Calls.Load(), "%d: one request, which is recorded", code)
	}
	lost(t, server, s)
}

// lister answers every request alike.
type lister struct {
	mu     sync.Mutex
	status int
	body   string
	first  func(*http.Request) // done before the answer
	asked  *http.Request       // the last one
	cut    bool                // the connection ends before the answer does
}

func (l *lister) answer(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	first, status, body, cut := l.first, l.status, l.body, l.cut
	l.asked = r
	l.mu.Unlock()
	if first != nil {
		first(r)
	}
	w.Header().Set("Location", r.URL.Path) // where it is a redirection, to itself
	if cut {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func (l *lister) says(status int, body string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status, l.body = status, body
}

func (l *lister) does(first func(*http.Request)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = first
}

func (l *lister) cuts(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
}

// lost is what has no answer: a connection that is reset, a stall, a cut.
func lost(t *testing.T, server *lister, s loadgen.Session) {
	t.Helper()
	server.does(func(*http.Request) { panic(http.ErrAbortHandler) })
	require.Equal(t, record.Connect, s.Iterate(t.Context(), 0, nil).Class)
	server.does(nil)
	server.cuts(true)
	server.says(http.StatusOK, "{")
	require.Equal(t, record.Connect, s.Iterate(t.Context(), 0, nil).Class, "the rest of its answer did not come")
	server.cuts(false)
	server.does(func(r *http.Request) { <-r.Context().Done() })
	short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	require.Equal(t, record.Timeout, s.Iterate(short, 0, nil).Class)
	cut, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	require.Equal(t, record.Aborted, s.Iterate(cut, 0, nil).Class)
}

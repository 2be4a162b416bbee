package influx

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// errDown is what who dials a server that is down is told.
var errDown = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

// fake is a server without a network. It keeps the lines that it was written.
type fake struct {
	mu     sync.Mutex
	does   func(lines []string) (status int, body string, err error)
	has    map[string]bool // by what InfluxDB tells points by: series and time
	asked  []time.Time
	header http.Header
	proxy  bool // it answers for a proxy before InfluxDB
}

func newFake() *fake { return &fake{has: map[string]bool{}} }

// from now on it does this; nil: it takes what comes.
func (f *fake) now(does func(lines []string) (int, string, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.does, f.asked = does, nil
}

// calls are when it was asked since it does what it does now.
func (f *fake) calls() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

func (f *fake) points() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.has)
}

func down([]string) (int, string, error) { return 0, "", errDown }

func says(status int, body string) func([]string) (int, string, error) {
	return func([]string) (int, string, error) { return status, body, nil }
}

// silent is one that takes what it gets and never answers.
func silent([]string) (int, string, error) { return 0, "", nil }

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	packed, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(packed)
	if err = errors.Join(err, r.Body.Close()); err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	f.mu.Lock()
	does := f.does
	f.asked, f.header = append(f.asked, time.Now()), r.Header
	f.mu.Unlock()
	status, text := http.StatusNoContent, ""
	if does != nil {
		if status, text, err = does(lines); err != nil {
			return nil, err
		}
	}
	switch status {
	case 0:
		<-r.Context().Done()
		return nil, r.Context().Err()
	case http.StatusNoContent:
		f.mu.Lock()
		for _, line := range lines {
			series, rest, _ := cutUnescaped(line)
			f.has[series+rest[strings.LastIndexByte(rest, ' '):]] = true
		}
		f.mu.Unlock()
	}
	header := http.Header{"Content-Type": {"text/plain"}}
	if !f.proxy {
		header.Set("X-Influxdb-Version", "1.8.10")
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Header: header,
		Body: io.NopCloser(bytes.NewBufferString(text)), Request: r,
	}, nil
}

// cutUnescaped cuts a line where its series ends: at the first space that is not escaped.
func cutUnescaped(line string) (before, after string, found bool) {
	for i := 1; i < len(line); i++ {
		if line[i] == ' ' && line[i-1] != '\\' {
			return line[:i], line[i:], true
		}
	}
	return line, "", false
}

// streamed is a stream to a fake, and what it told.
type streamed struct {
	*Stream
	to   *fake
	mu   sync.Mutex
	told []string
	over bool
}

func stream(t *testing.T, l limits) *streamed {
	t.Helper()
	s := &streamed{to: newFake()}
	sink, err := open(t.Context(), Target{URL: "http://influx.test", Bucket: "eris", Token: "SECRET", Rate: RateUsual}, s.to, l)
	require.NoError(t, err)
	t.Cleanup(sink.Close)
	require.Equal(t, 1, s.to.points(), "that it takes points was tried")
	clear(s.to.has)
	clock := record.NewClock()
	s.Stream = sink.Stream(t.Context(), Source{
		Run: "run-1", Scenario: "x", Cloud: "lab", Clock: clock,
		Snapshot: func() live.Snapshot {
			return live.Snapshot{Elapsed: clock.Now(), Phase: record.Chaos, Loads: []live.Load{{Name: "tokens"}}}
		},
		Tell: func(e record.Event) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.told = append(s.told, e.Note.Level+": "+e.Note.Text)
			return nil
		},
	})
	synctest.Wait() // it has told where the run stands at first
	t.Cleanup(func() {
		if !s.over { // the test has failed
			s.end()
			s.Close(t.Context())
		}
	})
	return s
}

// says is all that was told.
func (s *streamed) says() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

// samples offers n of one moment.
func (s *streamed) samples(n int) {
	for i := range n {
		s.Sample("tokens", record.Sample{Iteration: int64(i), End: time.Second, Class: record.OK})
	}
}

// closed ends it, and sees that the account adds up.
func (s *streamed) closed(ctx context.Context, t *testing.T) record.Sink {
	t.Helper()
	s.over = true
	account := s.Close(ctx)
	require.Equal(t, account.Produced, account.Written+account.Lost+account.Unsure)
	require.GreaterOrEqual(t, int64(s.to.points()), account.Written)
	require.LessOrEqual(t, int64(s.to.points()), account.Written+account.Unsure)
	s.Sample("tokens", record.Sample{}) // too late, and of no matter
	require.Equal(t, account.Produced, s.State().Produced)
	return account
}

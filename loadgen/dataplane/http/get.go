package http

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Get sends one HTTP request to a balancer, a floating IP or an endpoint and
// looks at the answer.
type Get struct {
	URL     string        `yaml:"url" help:"what to ask for, http:// or https://"`
	Method  string        `yaml:"method" help:"request method"`
	Expect  int           `yaml:"expect" help:"the right status; 0 takes every status from 200 to 399"`
	Body    string        `yaml:"body" help:"text that a right answer contains; empty: any answer"`
	CA      string        `yaml:"ca" help:"file of the authorities by which an https address is verified; empty: those of this machine"`
	Timeout time.Duration `yaml:"timeout" help:"longest time from send to the end of the answer; 0: the load's"`
	Fast    bool          `yaml:"fast" help:"for rates that vegeta does not reach: HTTP/1.1 on connections of its own, without proxies"`
}

// NewGet has the defaults.
func NewGet() *Get { return &Get{Method: http.MethodGet} }

// Validate tells what is wrong with the arguments.
func (w *Get) Validate() error {
	var wrong []error
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		wrong = append(wrong, fmt.Errorf("url: %q is not an http:// or https:// address", w.URL))
	}
	if w.CA != "" && err == nil && u.Scheme != "https" {
		wrong = append(wrong, errors.New("ca: is for an https:// address"))
	}
	if w.Expect != 0 && (w.Expect < 100 || w.Expect > 599) {
		wrong = append(wrong, fmt.Errorf("expect: %d is not an HTTP status", w.Expect))
	}
	if w.Timeout < 0 {
		wrong = append(wrong, errors.New("timeout: must not be negative"))
	}
	if w.Method == "" || w.Method != strings.ToUpper(w.Method) {
		wrong = append(wrong, fmt.Errorf("method: %q is not a request method in capitals", w.Method))
	}
	return errors.Join(wrong...)
}

// Open makes the transport; nothing is sent.
func (w *Get) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("http.get: %w", err)
	}
	authorities, err := dataplane.Authorities(w.CA)
	if err != nil {
		return nil, fmt.Errorf("http.get: %w", err)
	}
	secure := &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	if w.Fast {
		return newFast(ctx, *w, env, secure)
	}
	s := &getting{Get: *w, transport: env.Transport}
	if s.transport == nil || w.CA != "" {
		own := loadgen.NewTransport(env.Dial, secure)
		s.transport, s.idle = own, own.CloseIdleConnections
	}
	s.target = vegeta.Target{Method: w.Method, URL: w.URL, Header: http.Header{"User-Agent": {"eris/" + env.Run}}}
	return s, nil
}

type getting struct {
	Get
	transport http.RoundTripper
	idle      func()
	target    vegeta.Target

	mu   sync.Mutex
	free []*lane
}

// lane takes a free lane, or makes one: there are as many as iterations were
// ever in flight at once, which the load's pool bounds.
func (s *getting) lane() *lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		l := s.free[n-1]
		s.free = s.free[:n-1]
		return l
	}
	return newLane(s.transport)
}

func (s *getting) giveBack(l *lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, l)
}

// Iterate sends the request and classes its answer.
func (s *getting) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	if s.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, s.Timeout)
		defer cancel()
		ctx = limited
	}
	l := s.lane()
	defer s.giveBack(l)
	j := &job{ctx: s.reading(ctx), target: s.target, search: search{text: s.Body}}
	return s.outcome(l.hit(j), j)
}

func (s *getting) outcome(r *vegeta.Result, j *job) loadgen.Outcome {
	switch {
	case j.err != nil:
		return s.broken(j.status, j.id, j.err)
	case j.status == 0: // vegeta could not even make the request
		return loadgen.Outcome{Class: record.WrongResult, Err: errors.New(r.Error)}
	}
	return s.judge(j.status, j.id, j.search.found())
}

// broken is the outcome of a request whose answer has not come, or not to its end, or cannot be
// read. status is 0 where no head has come. A status that is wrong is so whatever is behind it.
func (w *Get) broken(status int, id string, err error) loadgen.Outcome {
	o := loadgen.Outcome{Status: status, RequestID: id, Class: loadgen.Classify(err), Err: err}
	if (o.Class == record.WrongResult || o.Class == record.Connect) && status != 0 && !w.right(status) {
		return w.judge(status, id, false)
	}
	return o
}

// right tells whether a status is.
func (w *Get) right(status int) bool {
	return status == w.Expect || w.Expect == 0 && status >= 200 && status < 400
}

// reading is the context in which an answer is read: where nobody looks at its body, it may be
// of any length.
func (w *Get) reading(ctx context.Context) context.Context {
	if w.Body == "" {
		return loadgen.Streamed(ctx)
	}
	return ctx
}

// judge is the outcome of an answer.
func (w *Get) judge(status int, id string, found bool) loadgen.Outcome {
	o := loadgen.Outcome{Status: status, RequestID: id}
	switch {
	case !w.right(status):
		o.Class, o.Err = loadgen.ClassifyStatus(status), fmt.Errorf("http.get: status %d", status)
	case !found:
		o.Class, o.Err = record.WrongResult, fmt.Errorf("http.get: the answer does not contain %q", w.Body)
	}
	return o
}

// Close ends the lanes and closes the connections. Iterations that are still
// in flight (they heed no context) keep theirs.
func (s *getting) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.free {
		l.close()
	}
	s.free = nil
	if s.idle != nil {
		s.idle()
	}
	return nil
}

package http

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// fast sends requests past vegeta and net/http's transport, whose three goroutines a
// connection cost more than all that a request needs: an iteration writes its request
// to a connection and reads the answer there, with the standard library's own parser.
// Connections are kept; there is no proxy, no HTTP/2 and no redirection, and no request
// is sent twice.
type fast struct {
	Get
	request []byte // as it is sent
	asked   *http.Request
	address string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	tls     *tls.Config // nil: plain

	free idle
	over atomic.Bool
}

// wire is a connection that one iteration has at a time.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	body search

	whole *bufio.Reader     // over head, of what readPlain does not read
	head  *io.LimitedReader // over in

	since time.Time // nothing was sent on it
	quiet *quiet
}

// cut has what waits for the connection fail at once.
func (w *wire) cut() { _ = w.conn.SetDeadline(time.Unix(1, 0)) }

func newFast(ctx context.Context, w Get, env loadgen.Env, secure *tls.Config) (*fast, error) {
	u, err := url.Parse(w.URL)
	if err != nil {
		return nil, fmt.Errorf("http.get: %w", err)
	}
	s := &fast{Get: w, dial: env.Dial, address: u.Host}
	if s.dial == nil {
		s.dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	port := "80"
	if u.Scheme == "https" {
		port, s.tls = "443", secure
		secure.ServerName, secure.NextProtos = u.Hostname(), []string{"http/1.1"}
	}
	if u.Port() == "" {
		s.address = net.JoinHostPort(u.Hostname(), port)
	}
	if s.asked, err = http.NewRequestWithContext(context.WithoutCancel(ctx), w.Method, w.URL, http.NoBody); err != nil {
		return nil, fmt.Errorf("http.get: %w", err)
	}
	s.asked.Header.Set("User-Agent", "eris/"+env.Run)
	var b bytes.Buffer
	if err := s.asked.Write(&b); err != nil {
		return nil, fmt.Errorf("http.get: %w", err)
	}
	s.request = b.Bytes()
	return s, nil
}

// Iterate sends the request and classes its answer.
func (s *fast) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	if s.Timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, s.Timeout)
		defer cancel()
		ctx = limited
	}
	o, err := s.exchange(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		o = s.broken(o.Status, o.RequestID, err)
	}
	return o
}

// exchange asks once, whatever comes of it: a kept connection that ends before it has
// answered has had the request.
func (s *fast) exchange(ctx context.Context) (loadgen.Outcome, error) {
	w, err := s.take(ctx)
	if err != nil {
		return loadgen.Outcome{}, err
	}
	cut := loadgen.AfterFunc(ctx, w.cut)
	o, keep, err := s.ask(ctx, w)
	if !cut() || err != nil || !keep { // whose deadline was set is of no use
		_ = w.conn.Close()
		return o, err
	}
	w.since = time.Now()
	s.free.put(w)
	if s.over.Load() { // Close may not have met it
		s.free.close()
	}
	return o, nil
}

func (s *fast) ask(ctx context.Context, w *wire) (o loadgen.Outcome, keep bool, err error) {
	if _, err := w.conn.Write(s.request); err != nil {
		return o, false, err
	}
	// Let the others that are about to send do that first: where there are any, the answer
	// is there when this one's turn comes, and it need not be waited for, which costs more
	// than to read it.
	runtime.Gosched()
	if _, err := w.in.Peek(1); err != nil {
		return o, false, err
	}
	head, _ := w.in.Peek(w.in.Buffered())
	if p, ok := readPlain(head, s.Method == http.MethodHead); ok && (s.Body == "" || p.length <= loadgen.BodyMost) {
		o, err := s.rest(w, p)
		return o, !p.last && w.in.Buffered() == 0, err
	}
	answer, err := s.final(w)
	if err != nil {
		return o, false, loadgen.Unread(err)
	}
	loadgen.Guard(s.reading(ctx), answer, s.Method != http.MethodHead)
	defer func() { _ = answer.Body.Close() }() // it has been read, or the connection is closed
	status, id := answer.StatusCode, answer.Header.Get("X-Openstack-Request-Id")
	w.body.again()
	if _, err := io.Copy(&w.body, answer.Body); err != nil {
		_ = w.conn.Close() // before the body's own, which reads on to its end
		return loadgen.Outcome{Status: status, RequestID: id}, false, err
	}
	return s.judge(status, id, w.body.found()), !answer.Close && w.whole.Buffered() == 0 && w.in.Buffered() == 0, nil
}

// final reads an answer's head, and all that is said before it, which has no body.
func (s *fast) final(w *wire) (*http.Response, error) {
	if w.whole == nil {
		w.head = &io.LimitedReader{R: w.in}
		w.whole = bufio.NewReader(w.head)
	}
	w.whole.Reset(w.head)
	w.head.N = loadgen.HeadMost
	for {
		answer, err := http.ReadResponse(w.whole, s.asked)
		switch {
		case err != nil && w.head.N <= 0:
			return nil, &loadgen.WrongAnswer{Reason: fmt.Errorf("the answer's head is longer than %d MiB", loadgen.HeadMost>>20)}
		case err != nil:
			return nil, err
		case answer.StatusCode >= 200:
			w.head.N = math.MaxInt64
			return answer, nil
		}
		_ = answer.Body.Close()
	}
}

// rest reads what is behind the head. None of it is kept.
func (s *fast) rest(w *wire, p plain) (loadgen.Outcome, error) {
	if _, err := w.in.Discard(p.size); err != nil {
		return loadgen.Outcome{}, err
	}
	w.body.again()
	var err error
	if s.Body == "" {
		_, err = w.in.Discard(p.length)
	} else {
		_, err = io.CopyN(&w.body, w.in, int64(p.length))
	}
	if err != nil {
		return loadgen.Outcome{Status: p.status, RequestID: p.id}, cutShort(err)
	}
	return s.judge(p.status, p.id, w.body.found()), nil
}

// cutShort is the end of a connection in the middle of an answer.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// take gives a connection that is free, or makes one.
func (s *fast) take(ctx context.Context) (*wire, error) {
	for w := s.free.take(); w != nil; w = s.free.take() {
		if idle := time.Since(w.since); idle < unseen || idle < loadgen.KeptFor && w.quiet.now() {
			return w, nil
		}
		_ = w.conn.Close()
	}
	return s.connect(ctx)
}

// unseen is for how long it is not looked whether a kept connection has ended, which
// takes a system call. A network is not faster: what comes within it meets the request
// on the way.
const unseen = 100 * time.Microsecond

func (s *fast) connect(ctx context.Context) (*wire, error) {
	conn, err := s.dial(ctx, "tcp", s.address)
	if err != nil {
		return nil, err
	}
	quiet := newQuiet(conn)
	if s.tls != nil {
		secure := tls.Client(conn, s.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		conn = secure
	}
	return &wire{conn: conn, in: bufio.NewReader(conn), body: search{text: s.Body}, quiet: quiet}, nil
}

// Close closes the connections. Iterations that are still in flight close theirs.
func (s *fast) Close(context.Context) error {
	s.over.Store(true)
	s.free.close()
	return nil
}

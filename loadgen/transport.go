package loadgen

import (
	"context"
	"crypto/tls"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// keptConnections is how many idle connections a transport keeps to a host.
// net/http's own two would make a load of 64 workers open a connection for
// nearly every request.
const keptConnections = 1024

// KeptFor is how long a connection is kept that nothing is sent on: less than servers
// keep theirs, so that a request does not meet a connection that its server is about to
// close for that. The shortest in use is that of Apache, with 5 s, behind which Keystone
// and Placement often are.
//
// Source: https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout
const KeptFor = 4 * time.Second

// Transport is an HTTP transport for loads: connections are kept for reuse whatever the
// concurrency, there is no limit of its own and no time-out but the iteration's, and no
// request is sent twice. It speaks HTTP/1.1.
//
// net/http sends a GET once more when the kept connection that it was sent on ends before
// an answer: the cloud has got two requests then, and the record of one says nothing of
// the one that failed. Here that one is the outcome, as it is for every other method. A
// connection that was found closed before the request was written is another thing: nobody
// has been asked, and the next connection is taken.
type Transport struct{ http *http.Transport }

// NewTransport makes one. dial may be nil. The caller closes its idle connections.
func NewTransport(dial func(ctx context.Context, network, address string) (net.Conn, error), config *tls.Config) *Transport {
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	return &Transport{&http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		TLSClientConfig:     config,
		MaxIdleConnsPerHost: keptConnections,
		IdleConnTimeout:     KeptFor,

		MaxResponseHeaderBytes: HeadMost,
		DisableCompression:     true, // RoundTrip asks for it, and Guard unpacks
	}}
}

// CloseIdleConnections closes those that are kept.
func (t *Transport) CloseIdleConnections() { t.http.CloseIdleConnections() }

// RoundTrip sends a request, once. Of its answer no more is read than Guard allows.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	for {
		way := &sending{}
		out := way.of(r)
		answer, err := t.http.RoundTrip(out)
		if err == nil {
			answer.Request = r
			Guard(r.Context(), answer, way.unpack)
			return answer, nil
		}
		if !way.bare || way.sent.Load() || !way.kept.Load() || r.Context().Err() != nil {
			if way.answered.Load() {
				err = Unread(err)
			}
			return nil, err
		}
	}
}

// sending is a request on its way. Of one without a body it is the body too, of which net/http
// cannot know that there is nothing in it, and so not that it could be sent again; it is
// read when all before it has been written.
type sending struct {
	bare       bool // it is the body
	unpack     bool // gzip was asked for, as net/http does by itself
	sent, kept atomic.Bool
	answered   atomic.Bool // something has come
}

// of is the request as it is given to net/http. The coding "identity" is that of a body
// as it is, which is not named in the header: without it net/http would try the body
// first, in a goroutine, to see whether it has to say that it comes in chunks.
func (s *sending) of(r *http.Request) *http.Request {
	out := r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn:              func(got httptrace.GotConnInfo) { s.kept.Store(got.Reused) },
		GotFirstResponseByte: func() { s.answered.Store(true) },
	}))
	if s.unpack = r.Method != http.MethodHead && r.Header["Accept-Encoding"] == nil && r.Header["Range"] == nil; s.unpack {
		if out.Header = maps.Clone(r.Header); out.Header == nil {
			out.Header = http.Header{}
		}
		out.Header["Accept-Encoding"] = []string{"gzip"}
	}
	switch r.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
	default:
		return out // which net/http sends again only where nothing was written
	}
	out.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody { // which nobody sends today; it fails too where nothing was written
		return out
	}
	s.bare = true
	out.Body, out.ContentLength, out.TransferEncoding = s, 0, []string{"identity"}
	return out
}

// Read has nothing.
func (s *sending) Read([]byte) (int, error) {
	s.sent.Store(true)
	return 0, io.EOF
}

// WriteTo has nothing to write. Without it net/http would take a buffer of 32 KiB for each
// request, to copy nothing with.
func (s *sending) WriteTo(io.Writer) (int64, error) {
	s.sent.Store(true)
	return 0, nil
}

// Close has nothing to close.
func (s *sending) Close() error { return nil }

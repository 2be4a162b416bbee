package influx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"
	answers "github.com/influxdata/influxdb-client-go/v2/api/http"
	"github.com/influxdata/influxdb-client-go/v2/api/write"
)

// answerMost is how much of an answer is read, bytes.
const answerMost = 64 << 10

// server is who points are written to.
type server struct {
	target Target
	client influxdb2.Client
	write  api.WriteAPIBlocking
	idle   func() // closes what connections it has
}

// newServer does not ask it anything yet.
func newServer(target Target, transport http.RoundTripper) *server {
	through := &http.Client{
		Transport:     written{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token is for this server
	}
	options := influxdb2.DefaultOptions().SetUseGZip(true).SetPrecision(time.Nanosecond).SetApplicationName("eris").SetHTTPClient(through)
	client := influxdb2.NewClientWithOptions(target.URL, target.Token, options)
	return &server{target, client, client.WriteAPIBlocking(target.Org, target.Bucket), through.CloseIdleConnections}
}

// try writes points once, for no longer than limit.
func (s *server) try(ctx context.Context, limit time.Duration, points []*write.Point) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %v", limit))
	defer cancel()
	var began, connected atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { began.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	err := s.write.WritePoint(traced, points...)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil && began.Load() && !connected.Load() {
		err = &unreached{err}
	}
	return err
}

// unreached is why a try failed that never had a connection: nothing was sent.
type unreached struct{ error }

// Unwrap gives the reason itself.
func (u *unreached) Unwrap() error { return u.error }

func (s *server) close() {
	s.client.Close()
	s.idle()
}

// transport is of a client that keeps one connection.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: attemptMost}).DialContext,
		TLSHandshakeTimeout: attemptMost,
		MaxIdleConnsPerHost: 1,
		IdleConnTimeout:     time.Minute,
	}
}

// written takes for an answer that points were written only the one that InfluxDB
// gives, 204: any other server of HTTP says 200 to anything.
type written struct{ to http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (w written) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.to.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 == 2 && answer.StatusCode != http.StatusNoContent {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("it answered %s, which InfluxDB does not", answer.Status)
	}
	answer.Body = bounded{io.LimitReader(answer.Body, answerMost), answer.Body}
	return answer, nil
}

// CloseIdleConnections is what http.Client asks of one that has connections.
func (w written) CloseIdleConnections() {
	if has, is := w.to.(interface{ CloseIdleConnections() }); is {
		has.CloseIdleConnections()
	}
}

type bounded struct {
	io.Reader
	io.Closer
}

// unsent tells that a try that failed can have written nothing: the server was not
// reached, or refused all of it.
func unsent(err error) bool {
	if answer, is := errors.AsType[*answers.Error](err); is && answer.StatusCode != 0 {
		switch answer.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
			http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
			return true
		case http.StatusServiceUnavailable: // a proxy says so, too, of a server that took all and died
			return itself(answer.Header)
		}
		return answer.StatusCode/100 == 3
	}
	if _, is := errors.AsType[*unreached](err); is {
		return true
	}
	if network, is := errors.AsType[*net.OpError](err); is && network.Op == "dial" {
		return true
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return untrusted
}

// itself tells that an answer is InfluxDB's own, and not that of a proxy before it.
//
// Source: ServeHTTP in https://github.com/influxdata/influxdb/blob/v1.8.10/services/httpd/handler.go;
// InfluxDB 2 has both headers in each answer, too.
func itself(h http.Header) bool {
	return h.Get("X-Influxdb-Version") != "" || h.Get("X-Influxdb-Build") != ""
}

// passing tells that the same may be written later.
func passing(err error) bool {
	answer, is := errors.AsType[*answers.Error](err)
	if !is || answer.StatusCode == 0 {
		return true
	}
	return answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusRequestTimeout
}

// asked is how long a server wants to be left alone; 0 where it does not say.
func asked(err error) time.Duration {
	if answer, is := errors.AsType[*answers.Error](err); is {
		return time.Duration(answer.RetryAfter) * time.Second
	}
	return 0
}

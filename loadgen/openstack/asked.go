package openstack

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/openstack-eris/eris/loadgen"
)

// A request to which nobody answers has no id that a service gave it. So each has one of
// its own too, which the service takes over as the global request id, writes in its log
// beside its own, and passes on to the services that it asks in turn.
//
// Source: oslo_middleware/request_id.py (INBOUND_HEADER, ID_FORMAT) and the default of
// logging_context_format_string in oslo_log/_options.py, whose brackets begin with
// %(global_request_id)s;
// https://specs.openstack.org/openstack/oslo-specs/specs/pike/global-req-id.html

// sentID is where an answer's header has the id that its request was sent with. It has a
// space, so that no service can say it.
const sentID = "sent as"

// asked sends requests with ids of their own.
type asked struct {
	next  http.RoundTripper
	begin string // of all ids of a client
	count atomic.Uint64
}

// countDigits are those of an id that count a client's requests.
const countDigits = 12

// newAsked has the ids of one client of a run. Those of a run begin alike, so that all of
// them are found at once. What follows is of no seed: two runs of one seed have to be told
// apart in the logs of one cloud.
func newAsked(next http.RoundTripper, run string) *asked {
	of := sha256.Sum256([]byte(run))
	var own [5]byte
	_, _ = rand.Read(own[:]) // it never fails
	text := hex.EncodeToString(own[:])
	return &asked{next: next, begin: "req-" + hex.EncodeToString(of[:4]) + "-" + text[:4] + "-4" + text[4:7] + "-8" + text[7:] + "-"}
}

// id is the next one, by its form a UUID of version 4.
func (a *asked) id() string {
	const digits = "0123456789abcdef"
	var text [len("req-00000000-0000-4000-8000-000000000000")]byte
	copy(text[:], a.begin)
	n := a.count.Add(1)
	for i := range countDigits {
		text[len(text)-1-i] = digits[n&0xf]
		n >>= 4
	}
	return string(text[:])
}

// RoundTrip sends a request. What came in place of an answer, or of the rest of one, has
// the id. So has the header of an answer that is no success, or names no id of its own.
func (a *asked) RoundTrip(r *http.Request) (*http.Response, error) {
	ids := idPair{sent: a.id()}
	out := r.WithContext(r.Context())
	if out.Header = maps.Clone(r.Header); out.Header == nil {
		out.Header = http.Header{}
	}
	out.Header[requestID] = []string{ids.sent}
	answer, err := a.next.RoundTrip(out)
	if err != nil {
		return answer, ids.of(err)
	}
	ids.given, ids.status = answer.Header.Get(requestID), answer.StatusCode
	if ids.given == "" || answer.StatusCode >= http.StatusBadRequest {
		answer.Header[sentID] = []string{ids.sent}
	}
	answer.Body = &rest{answer.Body, ids}
	return answer, nil
}

// idPair has the ids of a request: the one that it was sent with, and that of the service, with
// the status that it answered.
type idPair struct {
	sent, given string
	status      int
}

// of is an error of the request. Where nobody can have got that, it has no id; and the
// client looks at one error by its type without unwrapping it.
func (n idPair) of(err error) error {
	if op, is := errors.AsType[*net.OpError](err); is && op.Op == "dial" {
		return err
	}
	if _, is := errors.AsType[tls.RecordHeaderError](err); is {
		return err
	}
	return &noAnswer{err, n}
}

// rest is the body of an answer.
type rest struct {
	io.ReadCloser
	idPair
}

// Read reads it.
func (r *rest) Read(into []byte) (int, error) {
	n, err := r.ReadCloser.Read(into)
	if err != nil && err != io.EOF { //nolint:errorlint // as io.Reader has it
		err = r.of(err)
	}
	return n, err
}

// noAnswer is what came in place of an answer, or of its end.
type noAnswer struct {
	error
	idPair
}

// Unwrap gives what came.
func (u *noAnswer) Unwrap() error { return u.error }

// Timeout is that of what came, which net/url asks for without unwrapping.
func (u *noAnswer) Timeout() bool {
	late, is := u.error.(interface{ Timeout() bool })
	return is && late.Timeout()
}

// Asked puts the ids of a request into its outcome: those of the answer's header, which
// may be nil, and of what came in place of an answer, or of its end, with its status.
func Asked(o loadgen.Outcome, header http.Header) loadgen.Outcome {
	o.RequestID = header.Get(requestID)
	if sent := header[sentID]; len(sent) > 0 {
		o.SentID = sent[0]
	}
	if u, is := errors.AsType[*noAnswer](o.Err); is {
		o.RequestID, o.SentID = u.given, u.sent
		if o.Status == 0 {
			o.Status = u.status
		}
	}
	return o
}

package loadgen

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// What a cloud in trouble answers may be anything, without end too. So what is kept of an
// answer is bounded, in the one place through which all answers come.
const (
	// HeadMost is how long the head of an answer may be, in bytes.
	HeadMost = 1 << 20
	// BodyMost is how long a body may be, in bytes and when it is unpacked, that is not
	// Streamed: with 64 in flight, 1 GiB.
	BodyMost = 16 << 20
)

// WrongAnswer is the error of an answer that has come and cannot be read: it is no HTTP, not
// of the coding that it says, or longer than what is read of one.
type WrongAnswer struct {
	Reason error // what is wrong with it
}

// Error is the reason.
func (w *WrongAnswer) Error() string { return w.Reason.Error() }

// Unwrap gives the reason.
func (w *WrongAnswer) Unwrap() error { return w.Reason }

// Unread is the error of an answer of which some has come: a WrongAnswer, but where the
// connection has failed, or the time is over.
func Unread(err error) error {
	var network net.Error
	var record tls.RecordHeaderError
	var wrong *WrongAnswer
	switch {
	case err == nil, errors.As(err, &network), errors.As(err, &record), errors.As(err, &wrong):
		return err
	}
	for _, is := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, is) {
			return err
		}
	}
	return &WrongAnswer{Reason: err}
}

// streamedKey is that of the context of a request whose answer nobody keeps.
type streamedKey struct{}

// Streamed is a context for requests whose answers' bodies are kept by nobody, and may be of
// any length, but for those of errors (400 and above).
func Streamed(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamedKey{}, true)
}

// Bounded is a context for requests that are sent on the way of one that is Streamed, and are not.
func Bounded(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamedKey{}, false)
}

// Guard makes an answer one whose body ends with a WrongAnswer where it is longer than
// BodyMost and its request not Streamed, with the context's error where that is over, and is
// unpacked where it is told to be packed with gzip and unpack is set.
func Guard(ctx context.Context, answer *http.Response, unpack bool) {
	if answer.Body == http.NoBody {
		return
	}
	b := &body{raw: answer.Body, ctx: ctx, left: BodyMost, said: answer.ContentLength}
	b.from = b.raw
	streamed, _ := ctx.Value(streamedKey{}).(bool)
	b.streamed = streamed && answer.StatusCode < http.StatusBadRequest
	if unpack && strings.EqualFold(answer.Header.Get("Content-Encoding"), "gzip") {
		b.from = &packed{from: b.raw}
		answer.Header.Del("Content-Encoding")
		answer.Header.Del("Content-Length")
		answer.ContentLength, answer.Uncompressed = -1, true
	}
	answer.Body = b
}

// body is that of an answer.
type body struct {
	raw  io.ReadCloser
	from io.Reader // raw, unpacked
	ctx  context.Context

	streamed        bool
	left, said, got int64
}

// shortBody is how much of a body is read without a look at the time: what has come is
// told, and an error's few words say what it is.
const shortBody = 64 << 10

// Read reads it.
func (b *body) Read(into []byte) (int, error) {
	if err := b.ctx.Err(); err != nil && b.got > shortBody {
		return 0, err // also while there is always more
	}
	n, err := b.read(into)
	b.got += int64(n)
	return n, err
}

func (b *body) read(into []byte) (int, error) {
	if b.streamed {
		n, err := b.from.Read(into)
		return n, b.unread(err)
	}
	if b.said > BodyMost {
		return 0, tooLong()
	}
	if int64(len(into)) > b.left+1 {
		into = into[:b.left+1]
	}
	n, err := b.from.Read(into)
	if int64(n) > b.left {
		n, err = int(b.left), tooLong()
	}
	b.left -= int64(n)
	return n, b.unread(err)
}

func (b *body) unread(err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // as io.Reader has it
		return err
	}
	if over := b.ctx.Err(); over != nil {
		return over
	}
	return Unread(err)
}

func tooLong() error {
	return &WrongAnswer{Reason: fmt.Errorf("the answer's body is longer than %d MiB, and not read to its end", BodyMost>>20)}
}

// Close closes it.
func (b *body) Close() error { return b.raw.Close() }

// packed is a body that is packed with gzip.
type packed struct {
	from   io.Reader
	unpack *gzip.Reader
	ended  bool // all of from has come
}

// Read unpacks it. One that is over too early, though all of it has come, is wrong; one that
// has nothing at all is empty.
func (p *packed) Read(into []byte) (n int, err error) {
	if p.unpack == nil {
		p.unpack, err = gzip.NewReader(&ending{p})
	}
	if err == nil {
		n, err = p.unpack.Read(into)
	} else {
		p.unpack = nil
	}
	switch {
	case !p.ended || !errors.Is(err, io.ErrUnexpectedEOF):
	case p.unpack == nil:
		err = &WrongAnswer{Reason: errors.New("the answer's body is shorter than a gzip's head, which it was said to begin with")}
	default:
		err = &WrongAnswer{Reason: errors.New("the answer's body is the beginning of a gzip, and no more")}
	}
	return n, err
}

// ending reads what is packed.
type ending struct{ *packed }

// Read reads it.
func (e *ending) Read(into []byte) (int, error) {
	n, err := e.from.Read(into)
	if err == io.EOF {
		e.ended = true
	}
	return n, err
}

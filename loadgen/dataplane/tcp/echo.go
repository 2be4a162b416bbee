package tcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Echo connects, sends bytes that are drawn from the load's seed, and wants the same
// back, as an echo service (RFC 862) gives them. Other bytes are a wrong result.
type Echo struct {
	Connect `yaml:",inline"`
	Bytes   int `yaml:"bytes" help:"how many are sent, 1 to 1048576"`
}

// NewEcho has the defaults.
func NewEcho() *Echo { return &Echo{Bytes: 64} }

const most = 1 << 20

// Validate says what is wrong with the arguments.
func (w *Echo) Validate() error {
	var wrong error
	if w.Bytes < 1 || w.Bytes > most {
		wrong = fmt.Errorf("bytes: %d is not between 1 and %d", w.Bytes, most)
	}
	return errors.Join(w.Connect.Validate(), wrong)
}

// Open sends nothing.
func (w *Echo) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("tcp.echo: %w", err)
	}
	return echoing{connecting{w.Address, env}, w.Bytes}, nil
}

type echoing struct {
	connecting
	bytes int
}

// Iterate connects and asks for one echo.
func (s echoing) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	var conn *dataplane.Conn
	o := timed(rec, "tcp.connect", func() (err error) {
		conn, err = dataplane.Dial(ctx, s.env, "tcp", s.address)
		return err
	})
	if o.Class != record.OK {
		return o
	}
	defer func() { _ = conn.Close() }() // the echo is what counts
	return timed(rec, "tcp.echo", func() error { return echo(conn, s.text(iteration, 0)) })
}

// text is what is sent: drawn, so that nobody can answer from what was asked before.
func (s echoing) text(iteration int64, turn uint64) []byte {
	draw := rand.New(rand.NewPCG(uint64(s.env.Seed)^turn<<32, uint64(iteration)))
	text := make([]byte, s.bytes)
	for i := range text {
		text[i] = byte(draw.Uint32())
	}
	return text
}

// errOther is the answer with other bytes than were sent.
var errOther = errors.New("other bytes came back than were sent")

// echo sends and reads at the same time: who echoes may wait to be heard before it
// reads on.
func echo(conn *dataplane.Conn, text []byte) error {
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(text)
		sent <- err
	}()
	back := make([]byte, len(text))
	_, err := io.ReadFull(conn, back)
	if err != nil {
		_ = conn.Close() // so that the write ends
	}
	if wrong := <-sent; err == nil && wrong != nil {
		err = wrong
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection was closed before all came back: %w", io.ErrUnexpectedEOF)
	case err == nil && !bytes.Equal(back, text):
		return errOther
	}
	return err
}

// timed is one operation.
func timed(rec loadgen.Recorder, name string, do func() error) (o loadgen.Outcome) {
	end := rec.Operation(name)
	if err := do(); err != nil {
		o = dataplane.Failed(err)
		if errors.Is(err, errOther) {
			o.Class = record.WrongResult
		}
	}
	end(o)
	return o
}

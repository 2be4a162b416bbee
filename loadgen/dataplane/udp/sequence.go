package udp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
	"github.com/openstack-eris/eris/loadgen/dataplane/sequence"
)

// Sequence sends one numbered datagram each iteration to an echo service (RFC 862) and
// waits for it to come back: ok when it does, timeout when it is lost, connect when
// somebody said of this one that it could not be delivered. An echo that comes twice,
// and one that comes after that of a datagram sent later, are operations of their own
// (udp.doubled, udp.overtaken) of the next iteration, or of the last where none comes
// any more; the longest gap is the load's outage. All go by one socket, so that the
// network sees one flow.
type Sequence struct {
	Address       string `yaml:"address" required:"true" help:"host:port of an echo service over UDP"`
	sequence.Args `yaml:",inline"`
}

// NewSequence has the defaults.
func NewSequence() *Sequence { return &Sequence{Args: sequence.NewArgs()} }

// Validate says what is wrong with the arguments.
func (w *Sequence) Validate() error {
	return errors.Join(dataplane.Check(w.Address), w.Args.Validate())
}

// Open makes the socket; nothing is sent.
func (w *Sequence) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("udp.sequence: %w", err)
	}
	dial := env.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, "udp", w.Address)
	if err != nil {
		return nil, fmt.Errorf("udp.sequence: %w", err)
	}
	return sequence.Open("udp", w.Args, &wire{conn, sequence.Quoting(conn)}), nil
}

// wire has a datagram for each text.
type wire struct {
	net.Conn
	quotes bool // errors say which datagram they are about
}

func (w *wire) Send(_ uint64, text []byte) error {
	_, err := w.Write(text)
	return err
}

func (w *wire) Receive(into []byte) ([]byte, error) {
	n, err := w.Read(into)
	return into[:n], err
}

func (w *wire) Quotes() ([]sequence.Quote, bool) { return sequence.Quoted(w.Conn), w.quotes }

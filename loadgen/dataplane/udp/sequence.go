package udp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Sequence sends one numbered datagram each iteration to an echo service (RFC 862) and
// waits for it to come back: ok when it does, timeout when it is lost. An echo that
// comes twice, and one that comes after that of a datagram sent later, are operations
// of their own (udp.doubled, udp.overtaken) of the next iteration; the longest gap is
// the load's outage. All go by one socket, so that the network sees one flow.
type Sequence struct {
	Address string        `yaml:"address" required:"true" help:"host:port of an echo service over UDP"`
	Bytes   int           `yaml:"bytes" help:"length of a datagram, 24 to 65507; more than the network's MTU is sent in fragments"`
	Wait    time.Duration `yaml:"wait" help:"after which a datagram is lost, from 1ms on"`
}

// NewSequence has the defaults.
func NewSequence() *Sequence { return &Sequence{Bytes: 64, Wait: time.Second} }

const (
	head = 24    // bytes: whose it is, and its number
	most = 65507 // bytes that a datagram of IPv4 can carry
)

// Validate says what is wrong with the arguments.
func (w *Sequence) Validate() error {
	errs := []error{dataplane.Check(w.Address)}
	if w.Bytes < head || w.Bytes > most {
		errs = append(errs, fmt.Errorf("bytes: %d is not between %d and %d", w.Bytes, head, most))
	}
	if w.Wait < time.Millisecond {
		errs = append(errs, fmt.Errorf("wait: %s is less than 1ms", w.Wait))
	}
	return errors.Join(errs...)
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
	s := &sequence{Sequence: *w, conn: conn, waiting: map[uint64]chan struct{}{}, came: map[uint64]bool{}}
	_, _ = rand.Read(s.own[:]) // never fails
	s.reading.Go(s.read)
	return s, nil
}

type sequence struct {
	Sequence
	conn    net.Conn
	own     [16]byte // begins its datagrams
	reading sync.WaitGroup

	mu        sync.Mutex
	sent      uint64
	waiting   map[uint64]chan struct{} // by number
	came      map[uint64]bool          // of the last ones
	highest   uint64                   // that came back
	doubled   int                      // not told yet
	overtaken int
	refused   error // what the node said last: nobody listens there
}

// remembered is how many numbers are kept, to know one that comes again.
const remembered = 1 << 16

// Iterate sends one datagram.
func (s *sequence) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	s.mu.Lock()
	s.sent++
	number, back := s.sent, make(chan struct{})
	s.waiting[number] = back
	delete(s.came, number-remembered)
	doubled, overtaken := s.doubled, s.overtaken
	s.doubled, s.overtaken, s.refused = 0, 0, nil
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.waiting, number)
	}()
	count(rec, "udp.doubled", doubled)
	count(rec, "udp.overtaken", overtaken)
	text := make([]byte, s.Bytes)
	copy(text, s.own[:])
	binary.BigEndian.PutUint64(text[len(s.own):], number)
	if _, err := s.conn.Write(text); err != nil {
		return dataplane.Failed(dataplane.Told(ctx, err))
	}
	wait := time.NewTimer(s.Wait)
	defer wait.Stop()
	select {
	case <-back:
		return loadgen.Outcome{}
	case <-ctx.Done():
		return dataplane.Failed(ctx.Err())
	case <-wait.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused != nil {
		return dataplane.Failed(s.refused)
	}
	return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("no echo within %s", s.Wait)}
}

func count(rec loadgen.Recorder, name string, times int) {
	for range times {
		rec.Operation(name)(loadgen.Outcome{})
	}
}

// read takes what comes back until the socket is closed.
func (s *sequence) read() {
	in := make([]byte, 1<<16)
	for {
		n, err := s.conn.Read(in)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // the node said that nobody listens there
			s.mu.Lock()
			s.refused = dataplane.Plain(err)
			s.mu.Unlock()
		case n == s.Bytes && [16]byte(in[:len(s.own)]) == s.own:
			s.took(binary.BigEndian.Uint64(in[len(s.own):head]))
		}
	}
}

// took notes that a datagram has come back.
func (s *sequence) took(number uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case number == 0 || number > s.sent || number+remembered <= s.sent:
		return // nobody's, or too old to be told from the others
	case s.came[number]:
		s.doubled++
		return
	}
	s.came[number] = true
	if number < s.highest {
		s.overtaken++
	}
	s.highest = max(s.highest, number)
	if back := s.waiting[number]; back != nil {
		close(back)
		delete(s.waiting, number)
	}
}

// Close closes the socket.
func (s *sequence) Close(context.Context) error {
	err := s.conn.Close()
	s.reading.Wait()
	return err
}

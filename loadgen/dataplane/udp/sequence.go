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
// waits for it to come back: ok when it does, timeout when it is lost, connect when
// somebody said of this one that it could not be delivered. An echo that comes twice,
// and one that comes after that of a datagram sent later, are operations of their own
// (udp.doubled, udp.overtaken) of the next iteration, or of the last where none comes
// any more; the longest gap is the load's outage. All go by one socket, so that the
// network sees one flow.
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
	s := &sequence{Sequence: *w, conn: conn, waiting: map[uint64]*datagram{}, came: map[uint64]bool{}}
	_, _ = rand.Read(s.own[:]) // never fails
	s.quotes = quoting(conn)
	s.reading.Go(s.read)
	return s, nil
}

type sequence struct {
	Sequence
	conn    net.Conn
	own     [16]byte // begins its datagrams
	quotes  bool     // errors say which datagram they are about
	reading sync.WaitGroup

	mu        sync.Mutex
	sent      uint64
	waiting   map[uint64]*datagram // by number
	came      map[uint64]bool      // of the last ones
	highest   uint64               // that came back
	doubled   int                  // not told yet
	overtaken int
}

// datagram is one that is under way.
type datagram struct {
	back    chan struct{} // closed when it has come back
	refused error         // what was said of it
}

// remembered is how many numbers are kept, to know one that comes again.
const remembered = 1 << 16

// Iterate sends one datagram.
func (s *sequence) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	s.mu.Lock()
	s.sent++
	number, d := s.sent, &datagram{back: make(chan struct{})}
	s.waiting[number] = d
	delete(s.came, number-remembered)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.waiting, number)
	}()
	s.tell(rec)
	if err := s.send(number); err != nil {
		return dataplane.Failed(dataplane.Told(ctx, err))
	}
	wait := time.NewTimer(s.Wait)
	defer wait.Stop()
	select {
	case <-d.back:
		return loadgen.Outcome{}
	case <-ctx.Done():
		return dataplane.Failed(ctx.Err())
	case <-wait.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.refused != nil {
		return dataplane.Failed(d.refused)
	}
	return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("no echo within %s", s.Wait)}
}

// tries is how often a datagram is sent whose sending fails: the kernel says then what
// it was told of an earlier one, and does not send.
const tries = 4

func (s *sequence) send(number uint64) (err error) {
	text := make([]byte, s.Bytes)
	copy(text, s.own[:])
	binary.BigEndian.PutUint64(text[len(s.own):], number)
	for range tries {
		if _, err = s.conn.Write(text); err == nil || errors.Is(err, net.ErrClosed) {
			return err
		}
		s.refuse(err, number)
	}
	return err
}

// Finish waits for what may still come of the last datagrams, and tells it.
func (s *sequence) Finish(ctx context.Context, rec loadgen.Recorder) {
	wait := time.NewTimer(s.Wait)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
	s.tell(rec)
}

// tell reports what has come out of order and was not told yet.
func (s *sequence) tell(rec loadgen.Recorder) {
	s.mu.Lock()
	doubled, overtaken := s.doubled, s.overtaken
	s.doubled, s.overtaken = 0, 0
	s.mu.Unlock()
	count(rec, "udp.doubled", doubled)
	count(rec, "udp.overtaken", overtaken)
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
		case err != nil: // somebody said that one was not delivered
			s.refuse(err, 0)
		case n == s.Bytes:
			if number, own := s.number(in); own {
				s.took(number)
			}
		}
	}
}

// number is that of a datagram of this session.
func (s *sequence) number(text []byte) (number uint64, own bool) {
	if len(text) < head || [16]byte(text[:len(s.own)]) != s.own {
		return 0, false
	}
	return binary.BigEndian.Uint64(text[len(s.own):head]), true
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
	if d := s.waiting[number]; d != nil {
		close(d.back)
		delete(s.waiting, number)
	}
}

// Close closes the socket.
func (s *sequence) Close(context.Context) error {
	err := s.conn.Close()
	s.reading.Wait()
	return err
}

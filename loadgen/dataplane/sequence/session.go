package sequence

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Session sends one numbered text each iteration and waits for it to come back: ok when
// it does, timeout when it is lost, connect when somebody said of this one that it could
// not be delivered. An echo that comes twice, and one that comes after that of a text
// sent later, are operations of their own (NAME.doubled, NAME.overtaken) of the next
// iteration, or of the last where none comes any more.
type Session struct {
	name    string
	args    Args
	wire    Wire
	own     [16]byte // begins its texts
	reading sync.WaitGroup
	closed  atomic.Bool

	mu        sync.Mutex
	sent      uint64
	waiting   map[uint64]*datagram // by number
	came      map[uint64]bool      // of the last ones
	highest   uint64               // that came back
	doubled   int                  // not told yet
	overtaken int
}

// Open begins to read what comes by a wire, which the session closes.
func Open(name string, args Args, wire Wire) *Session {
	s := &Session{name: name, args: args, wire: wire, waiting: map[uint64]*datagram{}, came: map[uint64]bool{}}
	_, _ = rand.Read(s.own[:]) // never fails
	s.reading.Go(s.read)
	return s
}

// datagram is one that is under way.
type datagram struct {
	back    chan struct{} // closed when it has come back
	refused error         // what was said of it
}

// remembered is how many numbers are kept, to know one that comes again.
const remembered = 1 << 16

// Iterate sends one text.
func (s *Session) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
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
	wait := time.NewTimer(s.args.Wait)
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
	return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("no echo within %s", s.args.Wait)}
}

// tries is how often a text is sent whose sending fails: the kernel says then what it
// was told of an earlier one, and does not send.
const tries = 4

func (s *Session) send(number uint64) (err error) {
	text := s.text(number)
	for range tries {
		if err = s.wire.Send(number, text); err == nil || s.closed.Load() || errors.Is(err, net.ErrClosed) {
			return err
		}
		s.refuse(err, number)
	}
	return err
}

// text is what is sent with a number.
func (s *Session) text(number uint64) []byte {
	text := make([]byte, s.args.Bytes)
	copy(text, s.own[:])
	binary.BigEndian.PutUint64(text[len(s.own):], number)
	return text
}

// number is that of a text of this session.
func (s *Session) number(text []byte) (number uint64, own bool) {
	if len(text) < head || [16]byte(text[:len(s.own)]) != s.own {
		return 0, false
	}
	return binary.BigEndian.Uint64(text[len(s.own):head]), true
}

// Finish waits for what may still come of the last texts, and tells it.
func (s *Session) Finish(ctx context.Context, rec loadgen.Recorder) {
	wait := time.NewTimer(s.args.Wait)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
	s.tell(rec)
}

// tell reports what has come out of order and was not told yet.
func (s *Session) tell(rec loadgen.Recorder) {
	s.mu.Lock()
	doubled, overtaken := s.doubled, s.overtaken
	s.doubled, s.overtaken = 0, 0
	s.mu.Unlock()
	count(rec, s.name+".doubled", doubled)
	count(rec, s.name+".overtaken", overtaken)
}

func count(rec loadgen.Recorder, name string, times int) {
	for range times {
		rec.Operation(name)(loadgen.Outcome{})
	}
}

// read takes what comes back until the wire has ended: what the kernel says of a datagram
// is a number of its own, and any other error would come again and again.
func (s *Session) read() {
	in := make([]byte, 1<<16+1<<8) // a whole packet, with its headers
	for {
		text, err := s.wire.Receive(in)
		_, kernels := errors.AsType[syscall.Errno](err)
		switch {
		case s.closed.Load(), err != nil && !kernels:
			return
		case err != nil: // somebody said that one was not delivered
			s.refuse(err, 0)
		case len(text) == s.args.Bytes:
			if number, own := s.number(text); own {
				s.took(number)
			}
		}
	}
}

// took notes that a text has come back.
func (s *Session) took(number uint64) {
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

// Close closes the wire.
func (s *Session) Close(context.Context) error {
	s.closed.Store(true)
	err := s.wire.Close()
	s.reading.Wait()
	return err
}

package rabbitmq

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Sequence sends one numbered, persistent message each iteration to a queue of its own,
// waits until the broker has confirmed it (the operation rabbitmq.publish), and then
// until it comes out of the queue again (rabbitmq.receive). Both have their own
// connection, each to whichever broker lets it in, and look for another when that is
// lost. Nothing is sent twice.
//
// What became of a message: ok, it was confirmed and came; wrong_result, the broker
// refused it (basic.nack) or gave it back (basic.return); connect, there was no broker,
// and it was not sent, or the connection was lost before it was confirmed, and it may be
// in the queue or not; timeout, there was no confirmation within wait, or it did not
// come within wait: which is not yet lost.
//
// Messages that come again, that come after one which was sent later, and that come
// though they were never confirmed, are operations of their own (rabbitmq.doubled,
// rabbitmq.overtaken, rabbitmq.unconfirmed). Whether a confirmed message is lost is asked
// after recovery; see Check.
//
// Source: https://www.rabbitmq.com/docs/confirms
type Sequence struct {
	Access `yaml:",inline"`
	Queue  string        `yaml:"queue" help:"quorum or classic; quorum is what services use whose messages are to survive the loss of a broker (oslo.messaging's rabbit_quorum_queue). A classic one is on one broker, and without it away"`
	Bytes  int           `yaml:"bytes" help:"length of a message, 32 to 1048576"`
	Wait   time.Duration `yaml:"wait" help:"how long is waited for the confirmation, and then for the message, from 1ms on"`
}

const (
	quorum  = "quorum"
	classic = "classic"
	head    = 32      // bytes of a message: whose it is, its number, and which mark it is
	most    = 1 << 20 // bytes of a message
)

// NewSequence has the defaults.
func NewSequence() *Sequence {
	return &Sequence{Access: newAccess(), Queue: quorum, Bytes: 256, Wait: 5 * time.Second}
}

// Validate says what is wrong with the arguments.
func (w *Sequence) Validate() error {
	errs := []error{w.Access.Validate()}
	if w.Queue != quorum && w.Queue != classic {
		errs = append(errs, fmt.Errorf("queue: %q is not quorum or classic", w.Queue))
	}
	if w.Bytes < head || w.Bytes > most {
		errs = append(errs, fmt.Errorf("bytes: %d is not between %d and %d", w.Bytes, head, most))
	}
	if w.Wait < time.Millisecond {
		errs = append(errs, fmt.Errorf("wait: %s is less than 1ms", w.Wait))
	}
	return errors.Join(errs...)
}

// Open logs in, makes the queue and begins to take what comes out of it.
func (w *Sequence) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.open(ctx, env)
	if err != nil {
		return nil, fmt.Errorf("rabbitmq.sequence: %w", err)
	}
	return s, nil
}

func (w *Sequence) open(ctx context.Context, env loadgen.Env) (*session, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	b, err := w.Access.open(env)
	if err != nil {
		return nil, err
	}
	s := &session{args: w, brokers: b, queue: name(env.Run, env.Load), ledger: newLedger(), back: map[uint64]chan struct{}{}, marks: map[uint64]chan struct{}{}}
	_, _ = rand.Read(s.own[:]) // never fails
	s.publisher = &publisher{s: s, asks: make(chan *parcel), done: make(chan struct{}), gone: make(chan struct{})}
	s.consumer = &consumer{s: s, done: make(chan struct{})}
	in, deliveries, err := s.consumer.open(ctx)
	if err == nil {
		var out *line
		if out, err = b.connect(ctx, "publisher"); err == nil {
			detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
			s.cancel = cancel // Close does
			s.running.Go(func() { s.consumer.run(detached, in, deliveries) })
			s.running.Go(func() { s.publisher.run(detached, out) })
			return s, nil
		}
		in.close()
	}
	if left := s.remove(context.WithoutCancel(ctx), openMost); left != nil { // it may have been made
		err = errors.Join(err, left)
	}
	return nil, err
}

// openMost is how long the queue of a load is tried to be deleted that could not be
// opened.
const openMost = 10 * time.Second

// session is one load's messages.
type session struct {
	args      *Sequence
	brokers   *brokers
	queue     string
	own       [16]byte // begins its messages
	ledger    *ledger
	publisher *publisher
	consumer  *consumer
	running   sync.WaitGroup
	cancel    context.CancelFunc

	mu    sync.Mutex
	back  map[uint64]chan struct{} // of messages that somebody waits for
	marks map[uint64]chan struct{} // see drain
	mark  uint64                   // the last
}

// Iterate sends one message and waits for it.
func (s *session) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	s.tell(rec)
	a := &parcel{back: make(chan struct{}), became: make(chan loadgen.Outcome, 1)}
	defer s.stopWaiting(a)
	end := rec.Operation("rabbitmq.publish")
	o := s.publish(ctx, a)
	end(o)
	if o.Class != record.OK {
		return o
	}
	end = rec.Operation("rabbitmq.receive")
	o = s.receive(ctx, a)
	end(o)
	return o
}

func (s *session) publish(ctx context.Context, a *parcel) loadgen.Outcome {
	wait := time.NewTimer(s.args.Wait)
	defer wait.Stop()
	select {
	case s.publisher.asks <- a:
	case <-ctx.Done():
		return dataplane.Failed(fmt.Errorf("it was not sent: %w", ctx.Err()))
	case <-wait.C:
		return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("it was not sent: no broker took it within %s", s.args.Wait)}
	case <-s.publisher.done:
		return loadgen.Outcome{Class: record.Aborted, Err: errors.New("it was not sent: the load is over")}
	}
	select {
	case o := <-a.became:
		return o
	case <-ctx.Done():
		return dataplane.Failed(fmt.Errorf("it was sent and not confirmed yet: %w", ctx.Err()))
	case <-wait.C:
		return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("it was sent and not confirmed within %s", s.args.Wait)}
	}
}

func (s *session) receive(ctx context.Context, a *parcel) loadgen.Outcome {
	wait := time.NewTimer(s.args.Wait)
	defer wait.Stop()
	select {
	case <-a.back:
		return loadgen.Outcome{}
	case <-ctx.Done():
		return dataplane.Failed(ctx.Err())
	case <-wait.C:
	}
	return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("it was confirmed, and did not come out of the queue within %s", s.args.Wait)}
}

// number gives a message the next number, which is waited for from now on.
func (s *session) number(a *parcel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.number = s.ledger.next(); !a.alone {
		s.back[a.number] = a.back
	}
}

// stopWaiting is of a message that nobody waits for any more. The publisher may have it
// still.
func (s *session) stopWaiting(a *parcel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.alone = true
	delete(s.back, a.number)
}

// body is what is sent with a number; a mark has none.
func (s *session) body(number, mark uint64) []byte {
	body := make([]byte, s.args.Bytes)
	copy(body, s.own[:])
	binary.BigEndian.PutUint64(body[16:], number)
	binary.BigEndian.PutUint64(body[24:], mark)
	return body
}

// take is of what came out of the queue. What is not this session's counts for nothing.
func (s *session) take(body []byte) {
	if len(body) != s.args.Bytes || [16]byte(body[:16]) != s.own {
		return
	}
	number, mark := binary.BigEndian.Uint64(body[16:]), binary.BigEndian.Uint64(body[24:])
	waits := s.back
	if number == 0 {
		number, waits = mark, s.marks
	} else if !s.ledger.take(number) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if back := waits[number]; back != nil {
		close(back)
		delete(waits, number)
	}
}

// tell reports what was noted of messages and was not told yet.
func (s *session) tell(rec loadgen.Recorder) {
	doubled, overtaken, unconfirmed := s.ledger.news()
	count(rec, "rabbitmq.doubled", doubled)
	count(rec, "rabbitmq.overtaken", overtaken)
	count(rec, "rabbitmq.unconfirmed", unconfirmed)
}

func count(rec loadgen.Recorder, name string, times int) {
	for range times {
		rec.Operation(name)(loadgen.Outcome{})
	}
}

// declare makes the queue where it is not there, and says what it has. It is durable,
// and a broker deletes it by itself when nobody has used it for a day.
func (s *session) declare(l *line) (amqp.Queue, error) {
	return l.channel.QueueDeclare(s.queue, true, false, false, false, amqp.Table{
		"x-queue-type": s.args.Queue, "x-expires": int64(unused / time.Millisecond),
	})
}

// unused is after what time a broker deletes a queue that nobody uses: the last net
// below Close and cleanup.
const unused = 24 * time.Hour

package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/openstack-eris/eris/loadgen"
)

// Finish waits for what may still come of the last messages, and tells it.
func (s *session) Finish(ctx context.Context, rec loadgen.Recorder) {
	limited, cancel := context.WithTimeout(ctx, s.args.Wait)
	defer cancel()
	s.settled(limited)
	s.tell(rec)
}

// look is how often is looked whether all has come.
const look = 50 * time.Millisecond

// settled waits until all that was confirmed has come, or ctx ends.
func (s *session) settled(ctx context.Context) bool {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		if gaps, _ := s.ledger.missing(); len(gaps) == 0 {
			return true
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return false
		}
	}
}

// named is how many gaps are named.
const named = 10

// Check takes what is still in the queue. A message that was confirmed and did not come
// is lost when the queue is known to have nothing more: twice in a row a mark that was
// sent behind all messages came out of it, and then the broker said that nothing waits in
// it and that nobody else takes from it (who may have some that are not acknowledged).
// Where that could not be seen before ctx ends, it is not known whether it is lost.
func (s *session) Check(ctx context.Context) (loadgen.Kept, bool) {
	s.publisher.end() // what is not confirmed then never will be
	why := s.drain(ctx)
	gaps, work := s.ledger.missing()
	kept := loadgen.Kept{Work: work}
	for n, g := range gaps {
		list, more, text := &kept.Lost, &kept.LostMore, "confirmed, and it is not in the queue any more"
		if why != nil {
			list, more, text = &kept.Unknown, &kept.UnknownMore, "confirmed, and the queue could not be emptied: "+why.Error()
		}
		*more += g.lost
		if n < named {
			*list = append(*list, g.String()+": "+text)
			*more--
		}
	}
	return kept, true
}

// Keeps tells that each message that is confirmed is kept.
func (s *session) Keeps() bool { return true }

// drain waits until all has come or the queue has nothing more; otherwise it says why that
// is not known.
func (s *session) drain(ctx context.Context) error {
	last := errors.New("there was no time")
	select {
	case <-s.publisher.gone:
	case <-ctx.Done():
		return last
	}
	for empty := 0; empty < 2; {
		if gaps, _ := s.ledger.missing(); len(gaps) == 0 {
			return nil
		}
		err := s.emptied(ctx)
		if ctx.Err() != nil {
			return last
		}
		if empty++; err != nil {
			empty, last = 0, err
			if !pause(ctx, again) {
				return last
			}
		}
	}
	return nil
}

// pause waits; false when ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// emptied sends a mark, waits for it to come, and asks whether anything is left.
func (s *session) emptied(ctx context.Context) error {
	if err := s.consumer.state(); err != nil {
		return err
	}
	s.mu.Lock()
	s.mark++
	mark, came := s.mark, make(chan struct{})
	s.marks[mark] = came
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.marks, mark)
	}()
	return s.brokers.call(ctx, "drain", func(l *line) error { return s.round(ctx, l, mark, came) })
}

func (s *session) round(ctx context.Context, l *line, mark uint64, came <-chan struct{}) error {
	if err := l.channel.Confirm(false); err != nil {
		return err
	}
	sent, err := l.channel.PublishWithDeferredConfirm("", s.queue, true, false, amqp.Publishing{
		DeliveryMode: amqp.Persistent, MessageId: "mark-" + strconv.FormatUint(mark, 10), AppId: "eris", Body: s.body(0, mark),
	})
	if err != nil {
		return err
	}
	if acked, err := sent.WaitContext(ctx); err != nil || !acked {
		return errNotTaken
	}
	wait := time.NewTimer(callMost / 2)
	defer wait.Stop()
	select {
	case <-came:
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return errNotTaken
	}
	q, err := s.declare(l)
	switch {
	case err != nil:
		return err
	case q.Messages != 0:
		return &saysError{fmt.Sprintf("%d messages wait in it", q.Messages)}
	case q.Consumers != 1:
		return &saysError{fmt.Sprintf("%d connections take from it, where one should", q.Consumers)}
	}
	return nil
}

// saysError is what was seen of the queue.
type saysError struct{ text string }

func (e *saysError) Error() string { return e.text }

var errNotTaken = &saysError{"what was sent behind all messages did not come"}

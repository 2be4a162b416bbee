package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// again is how long is waited before all brokers are tried once more.
const again = time.Second

// parcel is a message on its way to the broker.
type parcel struct {
	number uint64
	back   chan struct{}        // closed when it came out of the queue
	alone  bool                 // nobody waits for it
	became chan loadgen.Outcome // what the broker has said of it; has room for one
	acked  bool                 // it was confirmed
	lost   bool                 // the connection was lost before the broker has said so
}

// publisher sends messages one after another, so that their numbers are in the order in
// which the broker gets them.
type publisher struct {
	s    *session
	asks chan *parcel
	done chan struct{} // closed to end it
	gone chan struct{} // closed when it has ended
	mu   sync.Mutex
	line *line // that is used; nil where there is none
	over bool
}

// run connects, and again when that is lost, until it is ended.
func (p *publisher) run(ctx context.Context, l *line) {
	defer close(p.gone)
	var err error
	for {
		began := time.Now()
		if err == nil && p.use(l) {
			err = p.serve(ctx, l)
		}
		p.use(nil)
		if err == nil { // it was ended
			l.leave()
			return
		}
		// One that is lost at once would be lost again.
		if time.Since(began) < again && !p.refuse(ctx, err) {
			return
		}
		l, err = p.s.brokers.connect(ctx, "publisher")
	}
}

// use notes which connection is used; false when it was ended.
func (p *publisher) use(l *line) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = l
	return !p.over
}

// end ends it. What is being sent has a little time.
func (p *publisher) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	p.over = true
	close(p.done)
	if l := p.line; l != nil {
		time.AfterFunc(farewell, func() { _ = l.raw.Close() })
	}
}

// refuse tells whoever asks that there is no broker, until it is time to try again;
// false when it was ended.
func (p *publisher) refuse(ctx context.Context, why error) bool {
	timer := time.NewTimer(again)
	defer timer.Stop()
	for {
		select {
		case a := <-p.asks:
			a.became <- dataplane.Failed(fmt.Errorf("it was not sent: %w", why))
		case <-timer.C:
			return true
		case <-p.done:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// serve sends what it is asked to by a connection, until that is lost; nil where it was
// ended.
func (p *publisher) serve(ctx context.Context, l *line) error {
	w := &waiting{line: l, ledger: p.s.ledger, settled: make(chan *parcel), dead: make(chan struct{})}
	closed := l.channel.NotifyClose(make(chan *amqp.Error, 1))
	returns := l.channel.NotifyReturn(make(chan amqp.Return)) // without room: see waiting
	var listening sync.WaitGroup
	listening.Go(func() { w.listen(returns) })
	err := p.sendAll(ctx, l, w, closed)
	w.why = err
	if err == nil {
		w.why = errors.New("the load has ended")
	}
	close(w.dead)
	l.leave()
	w.sent.Wait()
	close(w.settled)
	listening.Wait()
	return err
}

func (p *publisher) sendAll(ctx context.Context, l *line, w *waiting, closed <-chan *amqp.Error) error {
	if err := l.channel.Confirm(false); err != nil {
		return said(ctx, err)
	}
	for {
		select {
		case a := <-p.asks:
			if !p.send(l, w, a) {
				l.close()
				return told(<-closed)
			}
		case why := <-closed:
			return told(why)
		case <-p.done:
			return nil
		}
	}
}

// send sends one message; false when the connection is lost. What the client had of it by
// then may have been sent.
func (p *publisher) send(l *line, w *waiting, a *parcel) bool {
	p.s.number(a)
	said, err := l.channel.PublishWithDeferredConfirm("", p.s.queue, true, false, amqp.Publishing{
		DeliveryMode: amqp.Persistent, ContentType: "application/octet-stream",
		MessageId: strconv.FormatUint(a.number, 10), AppId: "eris", Body: p.s.body(a.number, 0),
	})
	w.sent.Go(func() {
		if err == nil {
			<-said.Done()
			a.acked = said.Acked()
		}
		a.lost = err != nil || !a.acked && (l.conn.IsClosed() || l.channel.IsClosed())
		w.settled <- a
	})
	return err == nil
}

// told is why a connection was lost, as the broker has said.
func told(why *amqp.Error) error {
	if why == nil || why.Code == amqp.FrameError {
		return errLost
	}
	return fmt.Errorf("the broker said %d %s", why.Code, why.Reason)
}

// waiting are the messages of a connection of which the broker has not said what became
// of them. The client takes each that is open when the connection is lost for one that
// was refused, and tells confirmations by its channels only in the order of the messages:
// so each is waited for by itself, and a refusal counts while there is a connection.
//
// That a message is returned is told before its confirmation. It has been heard then,
// since the client waits until it is, and what is settled is looked at behind it.
type waiting struct {
	line    *line
	ledger  *ledger
	sent    sync.WaitGroup
	settled chan *parcel
	dead    chan struct{} // closed when no more is sent
	why     error         // that no more is; read when that is so
}

// listen tells what became of messages, until all is told.
func (w *waiting) listen(returns <-chan amqp.Return) {
	returned := map[string]string{} // by the message's number
	for {
		select {
		case r, is := <-returns:
			if !is {
				returns = nil
				continue
			}
			returned[r.MessageId] = fmt.Sprintf("%d %s", r.ReplyCode, r.ReplyText)
		case a, is := <-w.settled:
			if !is {
				return
			}
			w.settle(a, returned)
		}
	}
}

// settle tells what became of a message.
func (w *waiting) settle(a *parcel, returned map[string]string) {
	id := strconv.FormatUint(a.number, 10)
	why, back := returned[id]
	delete(returned, id)
	fate, outcome := confirmed, loadgen.Outcome{}
	switch {
	case a.lost:
		<-w.dead
		fate = forgotten
		outcome = dataplane.Failed(fmt.Errorf("it was sent and not confirmed, so that it may be in the queue or not: %w", w.why))
	case back:
		fate, outcome = refused, loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf("it was returned: %s", why)}
	case !a.acked:
		fate, outcome = refused, loadgen.Outcome{Class: record.WrongResult, Err: errors.New("the broker refused it (basic.nack)")}
	}
	w.ledger.tell(a.number, fate)
	a.became <- outcome
}

package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// prefetch is how many messages the broker may give that are not acknowledged yet. So
// many may come again when the connection is lost.
const prefetch = 100

// consumer takes messages out of the queue, and acknowledges each.
type consumer struct {
	s    *session
	done chan struct{} // closed to end it
	mu   sync.Mutex
	line *line // that is used
	over bool
	err  error // why it takes nothing; nil while it does
}

// run connects, and again when that is lost, until it is ended.
func (c *consumer) run(ctx context.Context, l *line, deliveries <-chan amqp.Delivery) {
	var err error
	for {
		began := time.Now()
		if err == nil {
			c.serve(l, deliveries)
		} else {
			c.note(nil, err)
		}
		if wait := again - time.Since(began); wait > 0 { // one that is lost at once would be lost again
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-c.done:
			}
			timer.Stop()
		}
		select {
		case <-c.done:
			return
		default:
		}
		l, deliveries, err = c.open(ctx)
	}
}

// open connects, and makes the queue where it is not there.
func (c *consumer) open(ctx context.Context) (*line, <-chan amqp.Delivery, error) {
	l, err := c.s.brokers.connect(ctx, "consumer")
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.raw.Close() })
	defer stop()
	bound := time.AfterFunc(callMost, func() { _ = l.raw.Close() })
	defer bound.Stop()
	deliveries, err := c.consume(l)
	if err != nil {
		l.close()
		return nil, nil, said(ctx, err)
	}
	return l, deliveries, nil
}

func (c *consumer) consume(l *line) (<-chan amqp.Delivery, error) {
	if err := l.channel.Qos(prefetch, 0, false); err != nil {
		return nil, err
	}
	if _, err := c.s.declare(l); err != nil {
		return nil, err
	}
	return l.channel.Consume(c.s.queue, "", false, false, false, false, nil)
}

// serve takes messages until the connection is lost, or it is ended.
func (c *consumer) serve(l *line, deliveries <-chan amqp.Delivery) {
	defer l.close()
	c.note(l, nil)
	for {
		select {
		case d, is := <-deliveries:
			if !is {
				c.note(nil, errLost)
				return
			}
			c.s.take(d.Body)
			if d.Ack(false) != nil {
				c.note(nil, errLost)
				return
			}
		case <-c.done:
			l.leave()
			return
		}
	}
}

// note says which connection is used, or why there is none.
func (c *consumer) note(l *line, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line, c.err = l, err
}

// state is why it takes nothing, nil while it does.
func (c *consumer) state() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end ends it. What it has and did not acknowledge goes back into the queue.
func (c *consumer) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.over, c.err = true, errors.New("it was ended")
	close(c.done)
	if l := c.line; l != nil {
		time.AfterFunc(farewell, func() { _ = l.raw.Close() })
	}
}

// callMost is how long a broker may take to answer what is no login.
const callMost = 10 * time.Second

// call connects for one thing that is to be done, and bounds it.
func (b *brokers) call(ctx context.Context, purpose string, do func(*line) error) error {
	l, err := b.connect(ctx, purpose)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, callMost)
	defer cancel()
	stop := context.AfterFunc(limited, func() { _ = l.raw.Close() })
	err = do(l)
	if !stop() {
		l.close()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("no answer within %s", callMost)
	}
	if err != nil {
		l.close()
		return said(ctx, err)
	}
	l.leave()
	return nil
}

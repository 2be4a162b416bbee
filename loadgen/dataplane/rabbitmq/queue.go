package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/openstack-eris/eris/loadgen"
)

// name is that of a load's queue. It bears the run's id, so that no other queue has it.
func name(run, load string) string { return "eris-" + run + "-" + load + "-shared" }

// Close ends the connections and deletes the queue, whatever is in it.
func (s *session) Close(ctx context.Context) error {
	s.publisher.end()
	s.consumer.end()
	s.cancel()
	s.running.Wait()
	return s.remove(ctx, closeMost)
}

// closeMost is how long a queue is tried to be deleted.
const closeMost = 90 * time.Second

// remove deletes the queue, again and again until a broker has said so.
func (s *session) remove(ctx context.Context, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if err := s.brokers.delete(ctx, s.queue); err != nil {
		return fmt.Errorf("%s is left: %w", s.args.titled(s.queue), err)
	}
	return nil
}

// delete deletes a queue; one that is not there is none that is left. The error is the
// last reason before ctx ended.
func (b *brokers) delete(ctx context.Context, queue string) error {
	last := errors.New("there was no time")
	for {
		err := b.call(ctx, "cleanup", func(l *line) error {
			_, err := l.channel.QueueDelete(queue, false, false, false)
			return err
		})
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err
		}
		if !pause(ctx, again) {
			return last
		}
	}
}

// titled names a queue for people.
func (a *Access) titled(queue string) string {
	return fmt.Sprintf("RabbitMQ's queue %s of the virtual host %s", queue, a.Vhost)
}

// has tells whether a queue is there. Of one that is not known, and of one whose broker is
// away, the broker says the same code: its words alone tell them apart.
func (b *brokers) has(ctx context.Context, queue string) (there bool, err error) {
	err = b.call(ctx, "cleanup", func(l *line) error {
		_, err := l.channel.QueueDeclarePassive(queue, true, false, false, false, nil)
		if told, is := errors.AsType[*amqp.Error](err); is && told.Code == amqp.NotFound && strings.Contains(told.Reason, "no queue") {
			return nil
		}
		there = err == nil
		return err
	})
	return there, err
}

// Left is what a run's load of that name may have left: its queue. It is deleted, unless
// it is only to be looked for; an error says that it is left, or that it is not known
// whether it is.
func (w *Sequence) Left(ctx context.Context, env loadgen.Env, look bool) (what string, there bool, err error) {
	queue := name(env.Run, env.Load)
	b, err := w.Access.open(env)
	if err != nil {
		return w.titled(queue), false, err
	}
	there, err = b.has(ctx, queue)
	if look || err == nil && !there {
		return w.titled(queue), there, err
	}
	err = b.delete(ctx, queue)
	return w.titled(queue), err == nil, err
}

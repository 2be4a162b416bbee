package workers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios"
)

// Options say how a run has its loads sent by workers.
type Options struct {
	Machines int           // how many workers there are to be
	Listen   string        // address and port of the run's own server; port 0: any
	NATS     string        // URL of one that is there, in its place; empty: the run's own
	Secret   Secret        // by which workers join
	Wait     time.Duration // how long they may take to join
	Plan     *scenarios.Plan
	Record   *record.Writer
	Clock    record.Clock // the record's
	Version  string       // of this build, which workers are to have too
}

// Hub is the run's side of its workers.
type Hub struct {
	Options
	scope    string
	broker   *broker
	stream   jetstream.JetStream
	outcomes jetstream.Consumer
	taking   jetstream.ConsumeContext
	watching context.CancelFunc
	running  sync.WaitGroup

	// books guards what has come of the outcomes of each part. It is held while they are
	// written into the record, which may take its time; nobody who answers a worker wants it.
	// Who wants both takes it first.
	books sync.Mutex

	mu      sync.Mutex
	news    chan struct{} // closed, and made anew, when something has changed
	members []*member     // in the order in which they joined
	loads   map[string]*Sending
	closing bool
	hope    func(why string)
	failed  error // what of the stream could not be understood
}

// member is a worker that has joined.
type member struct {
	hello
	called string
	heard  time.Duration // when, by the run's clock
	clock  sight
	acked  int64  // messages that the stream has, as it says
	next   int64  // number of the message that comes next; guarded by the hub's books
	lost   string // why it is lost; empty: it is not
	// removed is that it has said, after it was lost, that it has removed what its loads made.
	removed bool
	parts   map[string]*part
}

// When a worker is taken for lost, and how long it may take for what.
const (
	lostMost    = 5 * time.Second // without a word
	orderMost   = 5 * time.Second // for an answer to an order that is quick
	prepareMost = time.Minute
	streamMost  = 10 * time.Second // for the stream to be made, or to be read to its end
)

// New starts the server, or connects to the one that is there, and takes workers in.
func New(ctx context.Context, options Options) (h *Hub, err error) {
	h = &Hub{Options: options, scope: options.Secret.scope(), news: make(chan struct{}), loads: map[string]*Sending{}, hope: func(string) {}}
	if options.NATS == "" {
		h.broker, err = embed(options.Listen, options.Secret)
	} else {
		h.broker, err = outside(ctx, options.NATS)
	}
	if err != nil {
		return nil, err
	}
	watched, cancel := context.WithCancel(context.WithoutCancel(ctx))
	h.watching = cancel
	if err := h.begin(ctx); err != nil {
		return nil, errors.Join(err, h.Shutdown(ctx))
	}
	h.running.Go(func() { h.watch(watched) })
	return h, nil
}

// streamName is that of the run's stream.
func (h *Hub) streamName() string { return strings.ReplaceAll(h.scope, ".", "-") }

// begin makes the stream and answers who asks.
func (h *Hub) begin(ctx context.Context) (err error) {
	if h.stream, err = jetstream.New(h.broker.conn); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, streamMost)
	defer cancel()
	made, err := h.stream.CreateStream(limited, jetstream.StreamConfig{
		Name: h.streamName(), Subjects: []string{h.scope + ".out.*"}, Storage: jetstream.FileStorage,
		Retention: jetstream.WorkQueuePolicy, Description: "outcomes of run " + h.Record.ID(),
	})
	if err != nil {
		return fmt.Errorf("make the stream of outcomes: %w", err)
	}
	if h.outcomes, err = made.CreateConsumer(limited, jetstream.ConsumerConfig{Durable: "record", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1000}); err != nil {
		return fmt.Errorf("read the stream of outcomes: %w", err)
	}
	if h.taking, err = h.outcomes.Consume(h.take); err != nil {
		return fmt.Errorf("read the stream of outcomes: %w", err)
	}
	_, joining := respond(h.broker.conn, h.scope+".join", func(_ string, who hello) welcome { return h.admit(who) })
	_, beating := respond(h.broker.conn, h.scope+".beat", func(_ string, b beat) answer { return h.hear(b) })
	return errors.Join(joining, beating, h.broker.conn.Flush())
}

// Command is what starts a worker elsewhere, with such a token.
func (h *Hub) Command(token string) string {
	external := ""
	if h.NATS != "" {
		external = " --external"
	}
	return fmt.Sprintf("ERIS_WORKER_TOKEN=%s eris worker%s %s", token, external, h.broker.url)
}

// tell wakes whoever waits for something; h.mu is held.
func (h *Hub) tell() {
	close(h.news)
	h.news = make(chan struct{})
}

// wait waits until something is so, which is asked with h.mu held; false when ctx ended
// before.
func (h *Hub) wait(ctx context.Context, so func() bool) bool {
	for {
		h.mu.Lock()
		news := h.news
		if so() {
			h.mu.Unlock()
			return true
		}
		h.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
			return false
		}
	}
}

// event writes to the journal. What cannot be written fails the record, which ends the run.
func (h *Hub) event(e record.WorkerEvent) { _ = h.Record.Event(record.Event{Worker: &e}) }

// Hopeless has stop called with the reason when no iteration of a load can succeed.
func (h *Hub) Hopeless(stop func(why string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hope = stop
}

// Shutdown ends the server and all that is there of the hub. Workers have left before.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.watching()
	h.running.Wait()
	var err error
	if h.taking != nil {
		h.taking.Stop()
		<-h.taking.Closed()
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderMost)
		defer cancel()
		err = h.stream.DeleteStream(limited, h.streamName())
	}
	return errors.Join(err, h.broker.close())
}

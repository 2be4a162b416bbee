package workers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
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
	// Place is which cloud and project the run's own credentials lead to, which those of the
	// workers are to lead to as well; nil: nobody asks.
	Place func(context.Context) (string, error)
}

// Hub is the run's side of its workers.
type Hub struct {
	Options
	scope    string
	broker   *broker
	talk     talk
	orders   atomic.Int64 // that were given
	events   chan func()
	ending   sync.Once     // of the events
	told     chan struct{} // closed when all events are written
	made     bool          // the stream
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
	joined  bool // all are there and prepared: whoever is lost now had a part
	closing bool
	hope    func(why string)
	warned  map[string]bool
	failed  error // what of the stream could not be understood
}

// member is a worker that has joined.
type member struct {
	hello
	called string
	heard  time.Duration // when, by the run's clock
	clock  sight
	beat   int64   // number of the last one
	acked  int64   // messages that the stream has, as it says
	taken  numbers // messages that are in the record; guarded by the hub's books
	lost   string  // why it is lost; empty: it is not
	// removed is that it has said, after it was lost, that it has removed what its loads made.
	removed bool
	leaving bool // it is lost and lives: it knows that it is to leave
	parts   map[string]*part
}

// When a worker is taken for lost, and how long it may take for what.
const (
	lostMost    = 5 * time.Second // without a word
	orderMost   = 5 * time.Second // for an answer to an order that is quick
	prepareMost = time.Minute
	placeMost   = 3 * time.Second  // for a cluster to find three members for the stream
	streamMost  = 10 * time.Second // for the stream to be made, or, at the end, to get shorter
	ackWait     = 5 * time.Second  // after which what the hub has not acknowledged comes to it again
)

// New starts the server, or connects to the one that is there, and takes workers in.
func New(ctx context.Context, options Options) (h *Hub, err error) {
	h = &Hub{
		Options: options, scope: options.Secret.scope(), news: make(chan struct{}), loads: map[string]*Sending{}, hope: func(string) {}, warned: map[string]bool{},
		events: make(chan func(), 4*options.Machines+16), told: make(chan struct{}),
	}
	if options.NATS == "" {
		h.broker, err = embed(ctx, options.Listen, options.Secret)
	} else {
		h.broker, err = outside(ctx, options.NATS)
	}
	if err != nil {
		return nil, err
	}
	h.talk = options.Secret.talk(h.broker.conn)
	watched, cancel := context.WithCancel(context.WithoutCancel(ctx))
	h.watching = cancel
	go h.write()
	if err := h.begin(ctx); err != nil {
		return nil, errors.Join(err, h.Shutdown(ctx))
	}
	h.running.Go(func() { h.watch(watched) })
	return h, nil
}

// streamName is that of the run's stream.
func (h *Hub) streamName() string {
	return strings.ReplaceAll(h.scope, ".", "-") + "-" + h.Record.ID()
}

// outSubject is where a worker of a run tells its outcomes.
func outSubject(scope, run, id string) string { return scope + ".out." + run + "." + id }

// What an outside NATS keeps of a run that could not remove it, and how much waits at most for
// the record: beyond that workers wait with what they have.
const (
	streamAge   = time.Hour
	streamBytes = 1 << 30
	replicas    = 3 // of a cluster
)

// begin makes the stream and answers who asks.
func (h *Hub) begin(ctx context.Context) (err error) {
	if h.stream, err = jetstream.New(h.broker.conn); err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, streamMost)
	defer cancel()
	config := jetstream.StreamConfig{
		Name: h.streamName(), Subjects: []string{outSubject(h.scope, h.Record.ID(), "*")}, Storage: jetstream.FileStorage,
		Retention: jetstream.WorkQueuePolicy, Description: "outcomes of run " + h.Record.ID(),
		MaxAge: streamAge, MaxBytes: streamBytes, Discard: jetstream.DiscardNew,
	}
	var made jetstream.Stream
	clustered := h.broker.conn.ConnectedClusterName() != ""
	if clustered { // whose members may be finding one another
		config.Replicas = replicas
		placing, cancel := context.WithTimeout(limited, placeMost)
		made, err = until(placing, func() (jetstream.Stream, bool, error) {
			s, err := h.stream.CreateStream(placing, config)
			return s, err == nil, err
		})
		cancel()
	}
	if !clustered || err != nil { // or a smaller cluster
		config.Replicas = 0
		made, err = h.stream.CreateStream(limited, config)
	}
	if err != nil {
		return fmt.Errorf("make the stream of outcomes: %w", err)
	}
	h.made = true
	if h.outcomes, err = made.CreateConsumer(limited, jetstream.ConsumerConfig{Durable: "record", AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: 200}); err != nil {
		return fmt.Errorf("read the stream of outcomes: %w", err)
	}
	if h.taking, err = h.outcomes.Consume(h.take); err != nil {
		return fmt.Errorf("read the stream of outcomes: %w", err)
	}
	_, joining := respond(h.talk, h.scope+".join", h.admit)
	_, beating := respond(h.talk, h.scope+".beat", h.hear)
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

// event has something written to the journal, in turn and by somebody else: a journal that is
// slow holds up nobody who answers a worker.
func (h *Hub) event(e record.WorkerEvent) {
	h.events <- func() { _ = h.Record.Event(record.Event{Worker: &e}) } // there is room for all that becomes of a worker
}

// warn has a warning written down that was not before, as long as there is room: the next sign of
// life says it again. h.mu is held.
func (h *Hub) warn(text string) {
	text = record.OneLine(text, warningMost)
	if h.closing || h.warned[text] {
		return
	}
	select {
	case h.events <- func() { _ = h.Record.Event(record.Event{Note: &record.Note{Level: "warning", Text: text}}) }:
		h.warned[text] = true
	default:
	}
}

// warningMost is how long a warning may be, in bytes.
const warningMost = 2000

// flush waits until what was to be written is.
func (h *Hub) flush() {
	written := make(chan struct{})
	h.events <- func() { close(written) }
	<-written
}

// write writes events until there are no more. What cannot be written fails the record, which
// ends the run.
func (h *Hub) write() {
	defer close(h.told)
	for write := range h.events {
		write()
	}
}

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
	}
	if h.made {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderMost)
		defer cancel()
		err = h.stream.DeleteStream(limited, h.streamName())
	}
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	h.ending.Do(func() { close(h.events) })
	<-h.told
	return errors.Join(err, h.broker.close())
}

package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/openstack-eris/eris/collectors/record"
)

// How outcomes are sent. Beyond what waits in the outbox Sample waits, which shows as the
// load's lateness; nothing is thrown away.
const (
	batchMost  = 2048 // samples of a message: one message is on its way at a time
	batchEvery = 100 * time.Millisecond
	queueMost  = 64 // messages that wait
	textsMost  = 128 << 10
	ackMost    = 2 * time.Second // after which a message is sent again: it may have been in a server that ended
)

// outbox sends a worker's outcomes, in order and each until the stream has it.
type outbox struct {
	stream  jetstream.JetStream
	talk    talk
	subject string
	id      string
	queue   chan parcel
	gone    chan struct{} // closed when nobody takes them any more
	giveUp  sync.Once
	sending sync.WaitGroup
	seq     atomic.Int64 // of the last message that the stream has
	unsent  atomic.Int64 // samples that were given up
	open    atomic.Int64 // messages that were queued and the stream does not have

	mu      sync.Mutex
	waiting map[string]*bundle
}

// bundle is the samples of a load that are not packed yet.
type bundle struct {
	samples []record.Sample
	texts   int // bytes of their errors
}

// parcel is a message that waits.
type parcel struct {
	load    string
	samples []record.Sample // packed when it is sent: that is no work of who tells them
	last    []byte          // the last word on the load, in their place
}

func newOutbox(stream jetstream.JetStream, t talk, subject, id string) *outbox {
	o := &outbox{
		stream: stream, talk: t, subject: subject, id: id,
		queue: make(chan parcel, queueMost), gone: make(chan struct{}), waiting: map[string]*bundle{},
	}
	o.sending.Go(o.send)
	o.sending.Go(o.tick)
	return o
}

// toLoad is the sink of a load's samples.
type toLoad struct {
	*outbox
	load string
}

// Sample takes one outcome; see loadgen.Sink.
func (t toLoad) Sample(s record.Sample) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.waiting[t.load]
	if b == nil {
		b = &bundle{}
		t.waiting[t.load] = b
	}
	b.samples = append(b.samples, s)
	if s.Err != nil {
		b.texts += len(s.Err.Error())
	}
	if len(b.samples) >= batchMost || b.texts >= textsMost {
		t.pack(t.load)
	}
}

// pack queues what waits of a load; o.mu is held.
func (o *outbox) pack(load string) {
	b := o.waiting[load]
	if b == nil || len(b.samples) == 0 {
		return
	}
	o.put(parcel{load: load, samples: b.samples})
	b.samples, b.texts = nil, 0
}

func (o *outbox) put(p parcel) {
	o.open.Add(1)
	select {
	case o.queue <- p:
	case <-o.gone:
		o.unsent.Add(int64(len(p.samples)))
	}
}

// empty tells that the stream has all that was packed.
func (o *outbox) empty() bool { return o.open.Load() == 0 }

// done queues the last word on a load.
func (o *outbox) done(load string, d done) {
	body, _ := json.Marshal(d) // numbers and texts: it never fails
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pack(load)
	o.put(parcel{load: load, last: body})
}

func (o *outbox) tick() {
	ticker := time.NewTicker(batchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if len(o.queue) > 0 { // the way is long: what waits makes larger messages
				continue
			}
			o.mu.Lock()
			for load := range o.waiting {
				o.pack(load)
			}
			o.mu.Unlock()
		case <-o.gone:
			return
		}
	}
}

// send sends one message after the other.
func (o *outbox) send() {
	for {
		select {
		case p := <-o.queue:
			o.deliver(p)
		case <-o.gone:
			for len(o.queue) > 0 {
				o.unsent.Add(int64(len((<-o.queue).samples)))
			}
			return
		}
	}
}

// deliver sends a message until the stream has it. Sent twice it is there once: the stream
// knows its id, and the hub its number.
func (o *outbox) deliver(p parcel) {
	seq := o.seq.Load() + 1
	body := p.last
	if body == nil {
		body = record.EncodeBatch(p.samples)
	}
	for {
		message := nats.NewMsg(o.subject)
		message.Data = body
		message.Header.Set(headSeq, strconv.FormatInt(seq, 10))
		message.Header.Set(headLoad, p.load)
		if p.last != nil {
			message.Header.Set(headDone, "1")
		}
		message.Header.Set(headMark, o.talk.mark("outcomes", o.subject, message.Header.Get(headSeq), p.load, message.Header.Get(headDone), string(body)))
		limited, cancel := context.WithTimeout(context.Background(), ackMost) //nolint:forbidigo // it outlives what is stopped: outcomes are still to be told
		_, err := o.stream.PublishMsg(limited, message, jetstream.WithMsgID(fmt.Sprintf("%s-%d", o.id, seq)))
		cancel()
		if err == nil {
			o.seq.Store(seq)
			o.open.Add(-1)
			return
		}
		select {
		case <-time.After(batchEvery):
		case <-o.gone:
			o.unsent.Add(int64(len(p.samples)))
			return
		}
	}
}

// close gives up what the stream does not have yet, and says how many samples that were.
func (o *outbox) close() int64 {
	o.giveUp.Do(func() { close(o.gone) })
	o.sending.Wait()
	return o.unsent.Load()
}

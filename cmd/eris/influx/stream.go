package influx

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api/write"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports/live"
)

// Source is a run that points are made of.
type Source struct {
	Run, Scenario, Cloud string
	Clock                record.Clock
	// Snapshot is where the run stands; it must not block.
	Snapshot func() live.Snapshot
	// Tell puts an event into the run's journal.
	Tell func(record.Event) error
}

// entry is a point, or a sample that one is to be made of: who records samples makes none.
type entry struct {
	load   string
	sample record.Sample
	point  *write.Point
}

// Stream is the points of one run on their way. Its methods return at once but for Close,
// whatever the server does, and may be called by many.
type Stream struct {
	server *server
	limits limits
	of     Source
	points points
	queue  chan entry

	mu      sync.Mutex
	closed  bool
	account record.Sink // but for Unsure and Lost of what is on its way
	problem string      // why nothing is written now
	held    bool        // the ceiling holds up what is written now

	end     context.CancelFunc // of what the server is asked
	closing chan struct{}      // closed when there is nothing to come
	running sync.WaitGroup
}

// Stream begins to write a run. It ends with Close, not with ctx.
func (s *Sink) Stream(ctx context.Context, of Source) *Stream {
	st := &Stream{
		server: s.server, limits: s.limits, of: of, queue: make(chan entry, s.limits.queue), closing: make(chan struct{}),
		points:  pointsOf(of),
		account: record.Sink{To: record.InfluxDB},
	}
	ctx, st.end = context.WithCancel(context.WithoutCancel(ctx))
	st.running.Go(st.beat)
	st.running.Go(func() { newWriter(st).run(ctx) })
	return st
}

// beatEvery is how often it is told where the run stands.
const beatEvery = time.Second

// beat tells where the run stands until it is over.
func (st *Stream) beat() {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		st.moment()
		select {
		case <-ticker.C:
		case <-st.closing:
			return
		}
	}
}

func (st *Stream) moment() {
	for _, p := range st.points.moment(st.of.Snapshot()) {
		st.offer(entry{point: p})
	}
}

// Event takes an event of the journal; it can be given to a record's Subscribe.
func (st *Stream) Event(e record.Event) {
	if p := st.points.event(e); p != nil {
		st.offer(entry{point: p})
	}
}

// Sample implements record.Observer.
func (st *Stream) Sample(load string, s record.Sample) {
	s.Err = nil // which may be as large as it likes
	st.offer(entry{load: load, sample: s})
}

// Readings implements record.Observer.
func (st *Stream) Readings(collector string, readings []record.Reading) {
	for _, r := range readings {
		if p, can := st.points.reading(collector, r); can {
			st.offer(entry{point: p})
		}
	}
}

// offer queues what there is room for. Samples, of which there are most, leave some of it
// to the rest.
func (st *Stream) offer(e entry) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed {
		return
	}
	st.account.Produced++
	if e.point == nil && len(st.queue) >= cap(st.queue)*3/4 {
		st.full()
		return
	}
	select {
	case st.queue <- e:
	default:
		st.full()
	}
}

// full counts a point that does not fit; st.mu is held.
func (st *Stream) full() {
	st.account.Lost++
	if st.account.Reason == "" {
		st.account.Reason = st.more()
	}
}

// more says what more came than; st.mu is held.
func (st *Stream) more() string {
	if st.held {
		return fmt.Sprintf("more came than the ceiling of %d points/s lets through", st.limits.rate)
	}
	return "more came than the server takes"
}

// State is what the server has now.
func (st *Stream) State() live.Sink {
	st.mu.Lock()
	defer st.mu.Unlock()
	a := st.account
	return live.Sink{
		Name: "influxdb", Produced: a.Produced, Written: a.Written, Lost: a.Lost, Unsure: a.Unsure,
		Waiting: st.waiting(), Problem: st.problem,
	}
}

// waiting is how many points are neither written nor given up; st.mu is held.
func (st *Stream) waiting() int64 {
	a := st.account
	return a.Produced - a.Written - a.Lost - a.Unsure
}

// Close writes what is left, for a bounded time, and says what became of all. When ctx
// ends meanwhile it is cut short.
func (st *Stream) Close(ctx context.Context) record.Sink {
	limit := st.limits.drain
	if ctx.Err() != nil {
		limit = st.limits.hurry
	} else {
		defer context.AfterFunc(ctx, st.end)()
	}
	st.moment()
	st.mu.Lock()
	st.closed = true
	st.mu.Unlock()
	late := time.AfterFunc(limit, st.end)
	defer late.Stop()
	close(st.closing)
	st.running.Wait()
	st.end()
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.account
}

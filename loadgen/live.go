package loadgen

import (
	"sync"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"github.com/openstack-eris/eris/collectors/record"
)

// Windows of live figures are counted in whole seconds and the present one.
const (
	WindowMost         = 10 * time.Minute // of rates and of the error ratio
	QuantileWindowMost = time.Minute      // of percentiles, which cost memory
)

// Totals is what became of a load's arrivals so far. Once a load has ended,
// Planned = Started + Dropped and Started = Succeeded + Failed + Aborted.
type Totals struct {
	Planned   int64 // due so far
	Started   int64
	Succeeded int64
	Failed    int64
	Dropped   int64
	Aborted   int64
}

// InFlight is how many have started and not ended.
func (t Totals) InFlight() int64 { return t.Started - t.Succeeded - t.Failed - t.Aborted }

// Waiting is how many are due and have neither started nor been dropped.
func (t Totals) Waiting() int64 { return t.Planned - t.Started - t.Dropped }

// Live is a load's figures while it runs, for the terminal and for triggers.
// All methods may be called from anywhere, also before the load has started
// and after it has ended.
type Live struct {
	clock record.Clock

	mu      sync.Mutex
	begun   time.Duration // when the load did; 0 before
	of      *teller       // whose desks have what is not counted yet; nil where nobody works here
	due     cursor        // counts what is planned, without taking it
	totals  Totals
	seconds [WindowMost / time.Second]second
	latency [QuantileWindowMost / time.Second]*slot
	late    *hdr.Histogram
	classes [record.Classes]int64 // of all so far that did not succeed
	flying  int64                 // in flight on other machines, as they said last
	closed  bool                  // of a load that others send: of the closed model
}

// second is what happened in one second of the run.
type second struct {
	at                                  int64 // number of the second, from 1; 0 is unused
	planned, started, ok, failed, drops int64
}

// slot is the latencies of what succeeded, or was given up unanswered, in one second of the run.
type slot struct {
	at int64
	h  *hdr.Histogram
}

// liveHistogram counts µs up to an hour with an error of 1 %, in 27 KB.
func liveHistogram() *hdr.Histogram { return hdr.New(1, int64(time.Hour/time.Microsecond), 2) }

func newLive(clock record.Clock) *Live { return &Live{clock: clock, late: liveHistogram()} }

func secondOf(at time.Duration) int64 { return int64(max(at, 0)/time.Second) + 1 }

// second is the account of the time at; l.mu is held. What is older than
// every window is counted nowhere.
func (l *Live) second(at time.Duration) *second {
	n := secondOf(at)
	s := &l.seconds[n%int64(len(l.seconds))]
	if s.at > n {
		return &second{}
	}
	if s.at != n {
		*s = second{at: n}
	}
	return s
}

// follow has the arrivals of a schedule counted as they become due.
func (l *Live) follow(due cursor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due, l.begun = due, due.start
}

// end counts what was due by now, the time that it returns with when the load was to end,
// and nothing later.
func (l *Live) end() (now, end time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now = l.clock.Now()
	l.planned(now)
	l.due.over = true
	return now, l.due.end
}

// endAt counts nothing that is due from a moment on.
func (l *Live) endAt(at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due.endAt(at)
}

// change has the schedule that is counted follow another curve from now on, the
// time that it returns: by then all that was due before has been counted.
func (l *Live) change(to curve) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	l.planned(now)
	l.due.change(now, to)
	return now
}

// planned counts what has become due since it was last called; l.mu is held.
func (l *Live) planned(now time.Duration) {
	for at, ok := l.due.before(now); ok; at, ok = l.due.before(now) {
		l.totals.Planned++
		l.second(at).planned++
	}
}

// ask has the figures look at the desks of a load's workers.
func (l *Live) ask(t *teller) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of = t
}

// look takes l.mu for who reads, and counts what lies on the desks. It stays there for the
// sink.
func (l *Live) look() {
	l.mu.Lock()
	if l.of == nil {
		return
	}
	for _, d := range l.of.desks {
		if !d.some.Load() || d.away.Load() > 0 {
			continue
		}
		d.mu.Lock()
		if d.away.Load() == 0 {
			l.add(d.lies.events[d.lies.counted:], l.of.closed)
			d.lies.counted = len(d.lies.events)
		}
		d.mu.Unlock()
	}
}

// count counts events.
func (l *Live) count(events []event, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(events, closed)
}

// add counts events; l.mu is held.
func (l *Live) add(events []event, closed bool) {
	for i := range events {
		if s := &events[i].Sample; events[i].start {
			l.started(s, closed)
		} else if s.Operation == "" {
			l.ended(s)
		}
	}
}

// started counts a start; l.mu is held. In the closed model it is what is planned, too.
func (l *Live) started(s *record.Sample, closed bool) {
	l.planned(s.Started)
	at := l.second(s.Started)
	at.started++
	l.totals.Started++
	if closed {
		if l.totals.Planned == 0 {
			l.begun = s.Started
		}
		at.planned++
		l.totals.Planned++
	}
	_ = l.late.RecordValue(micros(s.Lateness()))
}

// ended counts an outcome; l.mu is held.
func (l *Live) ended(s *record.Sample) {
	at := l.second(s.End)
	if int(s.Class) < len(l.classes) {
		l.classes[s.Class]++
	}
	switch s.Class {
	case record.OK:
		at.ok++
		l.totals.Succeeded++
	case record.Dropped:
		at.drops++
		l.totals.Dropped++
	case record.Aborted:
		l.totals.Aborted++
		return
	default:
		at.failed++
		l.totals.Failed++
		if s.Class != record.Timeout {
			return // it was answered, and not as it should
		}
	}
	_ = l.slot(s.End).RecordValue(micros(s.Latency())) // micros keeps it in range
}

// slot is the histogram of the time at; l.mu is held.
func (l *Live) slot(at time.Duration) *hdr.Histogram {
	n := secondOf(at)
	i := n % int64(len(l.latency))
	if l.latency[i] == nil {
		l.latency[i] = &slot{at: n, h: liveHistogram()}
	}
	if l.latency[i].at != n {
		l.latency[i].at = n
		l.latency[i].h.Reset()
	}
	return l.latency[i].h
}

func micros(d time.Duration) int64 {
	return int64(min(max(d, time.Microsecond), time.Hour) / time.Microsecond)
}

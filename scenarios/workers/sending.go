package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/engine"
)

// Own is why a load is sent by the run itself and not by its workers; empty when they send
// it. What its rate or its moments hang on is known to the run alone, or it needs what does
// not travel.
func (h *Hub) Own(l *scenarios.Load) string { return Own(l) }

// Own is that of any hub.
func Own(l *scenarios.Load) string {
	a := l.Spec.Arrivals
	_, local := l.Workload.(loadgen.Local)
	_, leaves := l.Workload.(loadgen.Leaver)
	_, measures := l.Workload.(loadgen.Measuring)
	switch {
	case l.OfMax():
		return "its rate is a share of a maximum that is searched first"
	case a != nil && a.Phases != nil:
		return "its rate follows the phases of the run"
	case len(l.Changes) > 0:
		return "its rate changes in the run"
	case l.Start != nil:
		return "it starts at a moment of the run"
	case a != nil && a.Trace != nil && a.Trace.File != "":
		return "its trace is a file of this machine"
	case l.Tenants != nil:
		return "it acts for tenants, whose credentials do not travel"
	case leaves:
		return "it uses nodes of the run's inventory, which does not travel"
	case measures:
		return "it measures more than times, which the run alone keeps"
	case local:
		return "it starts a program of this machine"
	}
	return ""
}

// Leads of moments that all workers are to know before they come. What is due in the lead of
// the end is sent.
const (
	startLead = time.Second
	endLead   = time.Second
	// drainMost is what a worker may take, beyond the load's own drain, to tell how a load ended.
	drainMost = 15 * time.Second
)

// part is what a worker sends of a load.
type part struct {
	loadgen.Part
	// guarded by the hub's books
	sent, dropped int64             // outcomes of arrivals
	of            ledger            // of which arrivals they are
	late          *record.Histogram // of what was sent
	// guarded by the hub's mutex
	flying int64
	begun  int64 // arrivals that it has begun or dropped, as it said last
	done   *done
	keeps  bool // the load is to keep some of what it makes
	// last is when, in ns of the run's clock, the last message of it came; 0: none has.
	last atomic.Int64
}

// Sending is a load that the workers send.
type Sending struct {
	hub   *Hub
	spec  *scenarios.Load
	seed  int64 // of the load's stream
	sink  loadgen.Sink
	live  *loadgen.Live
	takes []*member // who sends it

	// guarded by the hub's mutex
	start  time.Duration // 0: it has not begun
	end    time.Duration // 0: nobody has said
	ending bool          // it has been told to end
	halted bool          // it has been told to stop
	until  time.Duration // by when it is to be over; 0: nobody waits
}

// Open has the workers open a load, each its part. Nothing is sent yet.
func (h *Hub) Open(ctx context.Context, spec *scenarios.Load, seed int64, sink loadgen.Sink) (engine.Sender, error) {
	s := &Sending{hub: h, spec: spec, seed: seed, sink: sink, live: loadgen.LiveOf(spec.Spec, h.Clock)}
	all := h.all()
	s.takes = all[:spec.Spec.Parts(len(all))]
	h.mu.Lock()
	for n, m := range s.takes {
		m.parts[spec.Name] = &part{Part: loadgen.Part{Of: len(s.takes), Nth: n}, late: record.NewHistogram()}
	}
	h.loads[spec.Name] = s
	h.mu.Unlock()
	err := h.each(ctx, s.takes, 2*closeMost, func(ctx context.Context, m *member) error {
		opened, err := h.order(ctx, m, verbOpen, order{Load: spec.Name, Part: m.parts[spec.Name].Part})
		h.mu.Lock()
		m.parts[spec.Name].keeps = opened.Keeps
		h.mu.Unlock()
		return err
	})
	return s, err
}

// Live are the load's figures, as far as the workers have told: they are behind by some
// tenths of a second.
func (s *Sending) Live() *loadgen.Live { return s.live }

// Change is for loads that the run sends itself; see Own.
func (s *Sending) Change(loadgen.Change) (time.Duration, loadgen.Rate, error) {
	return 0, 0, fmt.Errorf("change load %s: workers send it", s.spec.Name)
}

// Begin has the workers begin all loads that are open at one moment, which it returns: it is to be
// known to all of them before it comes. Whoever hears of it later sends late, or is lost.
func (h *Hub) Begin(ctx context.Context) time.Duration {
	ctx = context.WithoutCancel(ctx)
	start := h.Clock.Now() + startLead
	for _, s := range h.sendings() {
		h.mu.Lock()
		s.start = start
		h.mu.Unlock()
		if a := s.spec.Spec.Arrivals; a != nil {
			s.live.Begin(*a, s.seed, start)
		}
		h.running.Go(func() { s.tell(ctx, verbStart, start) })
	}
	return start
}

// Run waits until the load, which has begun, has ended, and each worker has told all of it, or is
// lost.
func (s *Sending) Run(ctx context.Context) (loadgen.Totals, error) {
	h := s.hub
	h.mu.Lock()
	early := s.ending && s.end == 0 // it was to end before it began
	s.ending = s.ending && !early
	h.mu.Unlock()
	if early {
		s.End() //nolint:contextcheck // it is told also when the run's context has ended
	}
	for {
		h.mu.Lock()
		most := time.Hour
		if s.until > 0 {
			most = s.until - h.Clock.Now()
		}
		h.mu.Unlock()
		if most <= 0 {
			s.giveUp()
		}
		limited, cancel := context.WithTimeout(ctx, max(min(most, beatEvery), time.Millisecond))
		over := h.wait(limited, s.over)
		cancel()
		if over {
			s.deserted()
			return s.live.Totals(), s.failure()
		}
	}
}

// deserted has the run stopped where nobody is left who sends a load that nobody has ended: a
// load that is not sent says nothing of the cloud, and faults are not to go on without it.
func (s *Sending) deserted() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.ending || s.halted || slices.ContainsFunc(s.takes, func(m *member) bool { return m.lost == "" }) {
		return
	}
	s.hub.hope("no worker is left that sends load " + s.spec.Name)
}

// over tells whether there is nobody left to wait for; the hub's mutex is held.
func (s *Sending) over() bool {
	for _, m := range s.takes {
		if m.lost == "" && m.parts[s.spec.Name].done == nil {
			return false
		}
	}
	return true
}

// failure is what went wrong inside, with whom.
func (s *Sending) failure() error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	var errs []error
	for _, m := range s.takes {
		if d := m.parts[s.spec.Name].done; d != nil && d.Error != "" {
			errs = append(errs, fmt.Errorf("worker %s: %s", m.called, d.Error))
		}
	}
	return errors.Join(errs...)
}

// End ends the load at a moment that all workers know before it comes.
func (s *Sending) End() {
	h := s.hub
	h.mu.Lock()
	if s.ending || s.halted || s.start == 0 {
		s.ending = true
		h.mu.Unlock()
		return
	}
	s.ending = true
	s.end = max(h.Clock.Now()+endLead, s.start)
	s.until = s.end + s.spec.Spec.Drain + drainMost
	end := s.end
	h.tell()
	h.mu.Unlock()
	s.live.EndAt(end)
	go s.tell(context.Background(), verbEnd, end) //nolint:forbidigo // whoever ends a load does not wait for it
}

// stopped notes that all loads were told to stop; the hub's mutex is held.
func (s *Sending) stopped(now time.Duration) {
	if s.halted || s.start == 0 {
		return
	}
	s.halted = true
	if s.end == 0 || now < s.end {
		s.end = now
	}
	s.until = now + drainMost
}

// giveUp takes for lost who has not told how the load ended, and of whom nothing has come for as
// long as it may take to.
func (s *Sending) giveUp() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	now := s.hub.Clock.Now()
	s.until = now + beatEvery
	for _, m := range s.takes {
		p := m.parts[s.spec.Name]
		if p.done == nil && now-time.Duration(p.last.Load()) > drainMost {
			s.hub.lose(m, "it did not tell how load "+s.spec.Name+" ended")
		}
	}
}

// tell gives the workers an order about the load. Who does not answer is lost: it may not
// have heard it.
func (s *Sending) tell(ctx context.Context, verb string, at time.Duration) {
	_ = s.hub.each(ctx, s.takes, orderMost, func(ctx context.Context, m *member) error { // who is lost is told
		_, err := s.hub.order(ctx, m, verb, order{Load: s.spec.Name, At: at})
		if err != nil {
			s.hub.mu.Lock()
			defer s.hub.mu.Unlock()
			s.hub.lose(m, err.Error())
		}
		return nil
	})
}

// flying sums up what is in flight; the hub's mutex is held.
func (s *Sending) flying(members []*member) {
	sum := int64(0)
	for _, m := range members {
		if p := m.parts[s.spec.Name]; p != nil && m.lost == "" && p.done == nil {
			sum += p.flying
		}
	}
	s.live.Flying(sum)
}

// take gives outcomes of a worker to the record, and counts them.
func (s *Sending) take(p *part, samples []record.Sample) {
	for _, sample := range samples {
		s.sink.Sample(sample)
		s.live.Outcome(sample)
		if sample.Operation != "" {
			continue
		}
		p.of.add(p.Part, sample.Iteration)
		if sample.Class == record.Dropped {
			p.dropped++
			continue
		}
		p.sent++
		p.late.Record(sample.Lateness())
	}
}

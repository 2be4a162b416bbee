package workers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// admit answers who wants to join.
func (h *Hub) admit(who hello) welcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	in := welcome{Run: h.Record.ID(), Cloud: h.Plan.Cloud}
	if m := h.member(who.ID); m != nil { // its first answer was lost
		in.Name = m.called
		return in
	}
	switch {
	case who.Version != h.Version:
		return welcome{Refused: fmt.Sprintf("this is eris %s, and the run is of eris %s: both are to be of one build", who.Version, h.Version)}
	case h.closing:
		return welcome{Refused: "the run has ended"}
	case len(h.members) >= h.Machines:
		return welcome{Refused: fmt.Sprintf("the run has its %d workers", h.Machines)}
	case h.joined:
		return welcome{Refused: "the run has begun"}
	}
	m := &member{hello: who, called: h.name(who.Name), heard: h.Clock.Now(), parts: map[string]*part{}}
	if who.Clock != nil {
		m.clock = *who.Clock
	}
	h.members = append(h.members, m)
	in.Name = m.called
	h.event(record.WorkerEvent{
		Name: m.called, State: record.WorkerJoined, Host: record.OneLine(who.Host, record.IDMost), Cores: who.Cores, Version: who.Version, Clock: m.clock.record(),
	})
	h.tell()
	return in
}

// name is one that no other worker has; h.mu is held.
func (h *Hub) name(wanted string) string {
	wanted = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, wanted)
	wanted = wanted[:min(len(wanted), 60)]
	name := wanted
	for n := 2; name == "" || slices.ContainsFunc(h.members, func(m *member) bool { return m.called == name }); n++ {
		name = fmt.Sprintf("%s-%d", wanted, n)
	}
	return name
}

// member is the one of an id; nil when there is none. h.mu is held.
func (h *Hub) member(id string) *member {
	if i := slices.IndexFunc(h.members, func(m *member) bool { return m.ID == id }); i >= 0 {
		return h.members[i]
	}
	return nil
}

// hear takes in a sign of life, and tells the time. Who has not joined yet sets its axis so. One
// of another run, as of one that was killed, is told to leave.
func (h *Hub) hear(b beat) answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.member(b.ID)
	switch {
	case b.Run == "":
		return answer{Now: h.Clock.Now()}
	case b.Run != h.Record.ID():
		return answer{Now: h.Clock.Now(), Over: "another run is there now: " + h.Record.ID()}
	case m == nil:
		return answer{Now: h.Clock.Now(), Over: "the run goes on without this worker"}
	case b.N > m.beat:
		h.heard(m, b)
	}
	if m.lost != "" {
		m.leaving = true
		return answer{Now: h.Clock.Now(), Over: "the run goes on without this worker: " + m.lost}
	}
	return answer{Now: h.Clock.Now()}
}

// heard takes in what a worker says of itself; h.mu is held.
func (h *Hub) heard(m *member, b beat) {
	m.beat, m.heard, m.acked = b.N, h.Clock.Now(), b.Seq
	if b.Clock != nil {
		m.clock = *b.Clock
	}
	for load, p := range m.parts {
		p.flying, p.begun = b.InAir[load], max(p.begun, b.Begun[load])
	}
	for _, s := range h.loads {
		s.flying(h.members)
	}
	if b.Hopeless != "" {
		h.hope("worker " + m.called + ": " + b.Hopeless)
	}
	for _, text := range b.Told {
		h.warn(text)
	}
	if b.Leave != "" {
		m.leaving = true
		h.lose(m, "it ended: "+b.Leave)
	}
	if b.Removed {
		m.removed = true
		h.tell()
	}
}

// lose takes a worker for lost; h.mu is held.
func (h *Hub) lose(m *member, why string) {
	if m.lost != "" || h.closing {
		return
	}
	m.lost = record.OneLine(why, 200)
	if !h.joined { // it has no part yet, and its place is free
		h.event(record.WorkerEvent{Name: m.called, State: record.WorkerLeft, Reason: m.lost})
		h.members = slices.DeleteFunc(h.members, func(other *member) bool { return other == m })
		h.tell()
		return
	}
	h.event(record.WorkerEvent{Name: m.called, State: record.WorkerLost, Reason: m.lost})
	for _, s := range h.loads {
		s.flying(h.members)
	}
	h.tell()
}

// watch takes for lost who was not heard of. A hub that was held up itself judges nobody by
// that time.
func (h *Hub) watch(ctx context.Context) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	last := h.Clock.Now()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		h.mu.Lock()
		now := h.Clock.Now()
		held := max(now-last-beatEvery, 0)
		last = now
		for _, m := range slices.Clone(h.members) {
			if held > beatEvery {
				m.heard = min(m.heard+held, now)
			}
			if silent := now - m.heard; silent > lostMost {
				h.lose(m, fmt.Sprintf("it was not heard of for %v", silent.Round(100*time.Millisecond)))
			}
		}
		h.mu.Unlock()
	}
}

// Join waits until all workers are there, and asks each what it lacks for the run's loads.
// Nothing is touched; an error says all that is missing.
func (h *Hub) Join(ctx context.Context, microversions map[string]string) error {
	limited, cancel := context.WithTimeout(ctx, h.Wait)
	defer cancel()
	h.wait(limited, func() bool { return len(h.members) >= h.Machines })
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	all := h.all()
	if len(all) < h.Machines {
		return fmt.Errorf("%d of %d workers have joined within %v", len(all), h.Machines, h.Wait)
	}
	spec := h.Plan.Spec
	o := order{
		File: spec.File, Source: spec.Source, Small: spec.Small, Seed: h.Plan.Seed,
		Cloud: h.Plan.Inventory.OpenStack.Cloud, Microversions: microversions,
	}
	for _, l := range spec.Loads {
		if Own(l) != "" {
			continue
		}
		o.Loads = append(o.Loads, l.Name)
		if _, authorized := l.Workload.(loadgen.Authorized); authorized && h.Place != nil && o.Place == "" {
			place, err := h.Place(ctx)
			if err != nil {
				return fmt.Errorf("find out which cloud the workers are to be on: %w", err)
			}
			o.Place = place
		}
	}
	err := h.each(ctx, all, prepareMost, func(ctx context.Context, m *member) error {
		_, err := h.order(ctx, m, verbPrepare, o)
		return err
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.joined = err == nil
	if err == nil && len(h.members) < h.Machines {
		err = fmt.Errorf("%d of %d workers are left", len(h.members), h.Machines)
	}
	return err
}

// all are the workers that have joined, also those that are lost.
func (h *Hub) all() []*member {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.members)
}

// each does something with workers, all at once, and joins what went wrong with whom.
func (h *Hub) each(ctx context.Context, of []*member, most time.Duration, do func(ctx context.Context, m *member) error) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	errs := make([]error, len(of))
	var asking sync.WaitGroup
	for n, m := range of {
		asking.Go(func() {
			if err := do(limited, m); err != nil {
				errs[n] = fmt.Errorf("worker %s: %w", m.called, err)
			}
		})
	}
	asking.Wait()
	return errors.Join(errs...)
}

// order gives a worker an order and waits for its answer, asking again until ctx ends: it carries
// it out once. An error is what it said, or that it said nothing. A worker that is lost is not
// asked.
func (h *Hub) order(ctx context.Context, m *member, verb string, o order) (report, error) {
	o.N, o.Run = h.orders.Add(1), h.Record.ID()
	for {
		if why := h.lostOf(m); why != "" {
			return report{}, fmt.Errorf("it is lost: %s", why)
		}
		answered, err := ask[report](ctx, h.talk, h.scope+".to."+m.ID+"."+verb, o)
		if err == nil {
			return answered, answered.err()
		}
		select {
		case <-time.After(orderAgain): // its connection may come back
			continue
		case <-ctx.Done():
		}
		if errors.Is(err, nats.ErrNoResponders) {
			return report{}, fmt.Errorf("it is not connected any more, and was not told to %s", verb)
		}
		return report{}, fmt.Errorf("it gave no answer to the order to %s: %w", verb, err)
	}
}

// orderAgain is how long the hub waits with an order that could not be given.
const orderAgain = 250 * time.Millisecond

func (h *Hub) lostOf(m *member) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.lost
}

// record is the sight as a record has it.
func (s sight) record() *record.WorkerClock {
	return &record.WorkerClock{Offset: s.Low + (s.High-s.Low)/2, Bound: (s.High - s.Low) / 2, Worst: s.Worst, N: s.N}
}

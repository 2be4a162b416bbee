package workers

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Stop stops all loads within 100 ms of when each worker hears of it.
func (h *Hub) Stop() {
	h.mu.Lock()
	now := h.Clock.Now()
	for _, s := range h.loads {
		s.stopped(now)
	}
	h.tell()
	h.mu.Unlock()
	_ = h.each(context.Background(), h.all(), orderMost, func(ctx context.Context, m *member) error { //nolint:forbidigo // it is called when the run's context has ended
		_, err := h.order(ctx, m, verbStop, order{})
		return err
	})
}

// hasRemoved tells whether a worker that has left said that nothing is left of what its loads
// made. One that knows that it is to leave is given some time to.
func (h *Hub) hasRemoved(ctx context.Context, m *member) bool {
	limited, cancel := context.WithTimeout(ctx, removeMost)
	defer cancel()
	h.wait(limited, func() bool { return m.removed || !m.leaving })
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.removed
}

// removeMost is what a worker that leaves before its time may take, beside the run's end, to say
// that it has removed what is its own.
const removeMost = 20 * time.Second

// Close has all workers remove what their loads made, and leave. The error names what may be
// left, that of workers that are lost as well, when they had opened a load.
func (h *Hub) Close(ctx context.Context) error {
	return h.each(ctx, h.all(), closeMost+flushMost+orderMost, func(ctx context.Context, m *member) error {
		_, err := h.order(ctx, m, verbClose, order{})
		if err != nil && (len(m.parts) == 0 || h.hasRemoved(ctx, m)) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("what its loads made may be left: %w", err)
		}
		return nil
	})
}

// Account writes down what became of each worker's part of each load, once all that is in the
// stream has been taken. Nobody is taken for lost any more.
func (h *Hub) Account(ctx context.Context) {
	drained := h.drain(ctx)
	defer h.flush()
	h.books.Lock()
	defer h.books.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closing = true
	for _, m := range h.members {
		e := record.WorkerEvent{Name: m.called, State: record.WorkerAccounted, Reason: m.lost, Clock: m.clock.record(), Acked: m.acked, Taken: m.taken.n()}
		if missing := m.taken.gap(); missing > 0 && h.failed == nil {
			h.failed = fmt.Errorf("worker %s: %d messages before its last one did not come", m.called, missing)
		}
		for _, l := range h.Plan.Spec.Loads {
			if s, p := h.loads[l.Name], m.parts[l.Name]; s != nil && p != nil && s.start > 0 {
				e.Parts = append(e.Parts, s.account(m, p))
			}
		}
		h.event(e)
	}
	if h.failed != nil || !drained {
		text := "the stream of the workers' outcomes was not read to its end"
		if h.failed != nil {
			text = h.failed.Error()
		}
		_ = h.Record.Event(record.Event{Note: &record.Note{Level: "warning", Text: text}}) // what is missing is in the accounts
	}
}

// drain waits until the stream has nothing any more that was not taken, for as long as it gets
// less.
func (h *Hub) drain(ctx context.Context) bool {
	ctx = context.WithoutCancel(ctx)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	fewest, since := uint64(math.MaxUint64), h.Clock.Now()
	for h.Clock.Now()-since < streamMost {
		limited, cancel := context.WithTimeout(ctx, streamMost)
		info, err := h.outcomes.Info(limited)
		cancel()
		if err == nil && info.NumPending == 0 && info.NumAckPending == 0 {
			return true
		}
		if err == nil && info.NumPending+uint64(max(info.NumAckPending, 0)) < fewest {
			fewest, since = info.NumPending+uint64(max(info.NumAckPending, 0)), h.Clock.Now()
		}
		<-ticker.C
	}
	return false
}

// account is a worker's part of the load; both of the hub's mutexes are held. Whoever is lost, or
// stopped sooner than all were told to, is held to the whole of its part. The others are held to
// what was due before each of them stopped, which is a little after they were told.
func (s *Sending) account(m *member, p *part) record.WorkerPart {
	w := record.WorkerPart{Load: s.spec.Name, Sent: p.sent, Dropped: p.dropped}
	until, stopped := s.end, m.heard+silentMost
	if until == 0 {
		until = s.hub.Clock.Now()
	}
	if p.done != nil {
		stopped, w.Reauthenticated, w.Error = p.done.Until, p.done.Reauthenticated, p.done.Error
		until = max(until, stopped)
	}
	var before int64 // what it may have sent
	if a := s.spec.Spec.Arrivals; a != nil {
		w.Planned = loadgen.Planned(*a, s.seed, p.Part, s.start, until)
		before = loadgen.Planned(*a, s.seed, p.Part, s.start, min(until, stopped))
	} else {
		w.Planned, before, w.More = s.iterations(m, p)
	}
	before = min(before, w.Planned)
	w.Unknown = before - p.of.below(before)
	w.NotSent = w.Planned - p.of.below(w.Planned) - w.Unknown
	w.Beyond = p.of.beyond(w.Planned)
	if late, any := p.late.Quantile(0.99); any {
		w.LateP99 = &late
	}
	return w
}

// iterations are how many of a closed load were planned for a worker, and how many it may have
// begun. Without a number of iterations nobody knows how many it would have come to, nor, of one
// that fell silent, what it has begun since: there may be more.
func (s *Sending) iterations(m *member, p *part) (planned, began int64, more bool) {
	given := p.Share(s.spec.Spec.Iterations)
	switch {
	case p.done != nil && m.lost == "":
		return p.done.Totals.Planned, p.done.Totals.Planned, false
	case p.done != nil:
		return max(given, p.done.Totals.Planned), p.done.Totals.Planned, false
	case given > 0:
		return given, given, false
	}
	began = max(p.of.upTo(), p.begun)
	return began, began, true
}

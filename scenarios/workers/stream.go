package workers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/openstack-eris/eris/collectors/record"
)

// take writes a message of the stream into the record, once: a worker numbers its messages,
// and what was taken before is not taken again. It is called for one message after the other.
func (h *Hub) take(m jetstream.Msg) {
	if err := h.record(m); err != nil {
		h.mu.Lock()
		if h.failed == nil {
			h.failed = err
		}
		h.mu.Unlock()
	}
	_ = m.Ack() // what is not acknowledged comes again, and is known
}

func (h *Hub) record(m jetstream.Msg) error {
	id := m.Subject()[strings.LastIndexByte(m.Subject(), '.')+1:]
	head := m.Headers()
	if !h.talk.bears(head.Get(headMark), "outcomes", m.Subject(), head.Get(headSeq), head.Get(headLoad), head.Get(headDone), string(m.Data())) {
		return fmt.Errorf("a message of %s: %w", id, errUnmarked)
	}
	seq, err := strconv.ParseInt(head.Get(headSeq), 10, 64)
	if err != nil {
		return fmt.Errorf("a message of %s has no number", id)
	}
	h.books.Lock()
	defer h.books.Unlock()
	from, s, p := h.part(id, head.Get(headLoad))
	switch {
	case from == nil:
		return nil // the accounts are written
	case p == nil:
		return fmt.Errorf("a message of %s is of no worker or of no load of it", id)
	case from.taken.has(seq):
		return nil
	}
	if head.Get(headDone) != "" {
		var d done
		if err := json.Unmarshal(m.Data(), &d); err != nil {
			return fmt.Errorf("worker %s: %w", from.called, err)
		}
		h.over(s, p, d)
	} else {
		samples, err := record.DecodeBatch(m.Data())
		if err != nil {
			return fmt.Errorf("worker %s: %w", from.called, err)
		}
		s.take(p, samples)
	}
	p.last.Store(int64(h.Clock.Now()))
	from.taken.add(seq)
	return nil
}

// numbers are which of a worker's messages are in the record. They may come in any order: what was
// on its way when a connection broke comes again, behind later ones.
type numbers struct {
	upTo   int64 // all up to this one, from 1
	beyond map[int64]bool
}

func (t *numbers) has(seq int64) bool { return seq <= t.upTo || t.beyond[seq] }

func (t *numbers) add(seq int64) {
	if t.beyond == nil {
		t.beyond = map[int64]bool{}
	}
	t.beyond[seq] = true
	for t.beyond[t.upTo+1] {
		t.upTo++
		delete(t.beyond, t.upTo)
	}
}

// gap is how many before the last one are not.
func (t *numbers) gap() int64 {
	if len(t.beyond) == 0 {
		return 0
	}
	return slices.Max(slices.Collect(maps.Keys(t.beyond))) - t.n()
}

// n is how many they are.
func (t *numbers) n() int64 { return t.upTo + int64(len(t.beyond)) }

// part is a worker's of a load. There is no worker when the accounts are written, and no part
// where the worker, the load or it is not known.
func (h *Hub) part(id, load string) (from *member, s *Sending, p *part) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return nil, nil, nil
	}
	if from, s = h.member(id), h.loads[load]; from == nil || s == nil {
		return &member{}, s, nil
	}
	return from, s, from.parts[load]
}

// over notes how a worker's part of a load has ended.
func (h *Hub) over(s *Sending, p *part, d done) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p.done, p.flying = &d, 0
	s.flying(h.members)
	h.tell()
}

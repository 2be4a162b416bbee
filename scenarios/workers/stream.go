package workers

import (
	"encoding/json"
	"fmt"
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
	seq, err := strconv.ParseInt(m.Headers().Get(headSeq), 10, 64)
	if err != nil {
		return fmt.Errorf("a message of %s has no number", id)
	}
	h.books.Lock()
	defer h.books.Unlock()
	from, s, p := h.part(id, m.Headers().Get(headLoad))
	switch {
	case from == nil:
		return nil // the accounts are written
	case p == nil:
		return fmt.Errorf("a message of %s is of no worker or of no load of it", id)
	case seq < from.next:
		return nil // it was taken
	}
	missing := seq - from.next
	from.next = seq + 1
	if m.Headers().Get(headDone) != "" {
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
	if missing > 0 {
		return fmt.Errorf("worker %s: %d messages before message %d did not come", from.called, missing, seq)
	}
	return nil
}

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

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
	h.mu.Lock()
	defer h.mu.Unlock()
	from, s := h.member(id), h.loads[m.Headers().Get(headLoad)]
	if h.closing {
		return nil // its account is written
	}
	if from == nil || s == nil || from.parts[s.spec.Name] == nil {
		return fmt.Errorf("a message of %s is of no worker or of no load of it", id)
	}
	if seq < from.next {
		return nil // it was taken
	}
	missing := seq - from.next
	from.next = seq + 1
	p := from.parts[s.spec.Name]
	if m.Headers().Get(headDone) != "" {
		var d done
		if err := json.Unmarshal(m.Data(), &d); err != nil {
			return fmt.Errorf("worker %s: %w", from.called, err)
		}
		p.done, p.flying = &d, 0
		s.flying(h.members)
		h.tell()
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

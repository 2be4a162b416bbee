package faults

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// lasting is a fault that can tell whether nothing but its undo ends its
// effect.
type lasting interface{ Lasting() bool }

// sight is what the fault's probe has seen of a target while it is held.
type sight struct {
	last   Stamp // when; zero when it was not seen
	missed int   // looks in a row that saw nothing
	lost   bool  // it was told that the effect is gone
}

// blinks is how many looks in a row see nothing of an effect that is gone.
const blinks = 2

// look asks the probe of a held target whether its effect is still there, and
// records it when it is gone though nobody has undone it: a load that the kernel
// has killed, rules that somebody flushed. From when it was last seen it counts
// as no longer held. A fault from which the cloud recovers by itself is Gone's to
// judge.
func (i *Injection) look(ctx context.Context, m *member, timeout time.Duration) {
	if kept, ok := i.spec.Fault.(lasting); (ok && !kept.Lasting()) || m.seen.lost || !m.is(record.Held) {
		return
	}
	a, result := i.call(ctx, m, timeout, "observe", "2")
	state, _ := a.get("state")
	switch {
	case result.State != remote.Done || state != string(record.Held) || a.ended():
		return
	case a.has("effect"):
		m.seen = sight{last: a.now()}
		return
	case !a.has("unseen"):
		return
	}
	if m.seen.missed++; m.seen.missed < blinks {
		return
	}
	m.seen.lost = true
	e := m.event(i.spec.Name)
	e.State, e.By = record.Undoing, "itself"
	e.Reason = "its effect is not seen any more, and nobody has undone it"
	from := m.seen.last
	if held, ok := m.stamped("held"); ok && from.Node == 0 {
		from = held
	}
	if from.Node != 0 {
		e.NodeAt, e.Bound = m.clock.at(from)
	}
	i.life.emit(record.Event{Target: &e})
}

// now is the node's clocks as it answered; zero when it did not tell.
func (a answer) now() Stamp {
	value, _ := a.get("now")
	stamp, _ := parseStamp(value + " now engine")
	return stamp
}

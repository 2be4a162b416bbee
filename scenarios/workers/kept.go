package workers

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// Check looks at what the loads have kept on all workers; by the load's name. What a worker has
// kept that gives no answer is unknown, by its name, also where none is left.
func (h *Hub) Check(ctx context.Context, most time.Duration) map[string]loadgen.Kept {
	found := map[string]loadgen.Kept{}
	for name, s := range h.sendings() {
		answers := make([]*loadgen.Kept, len(s.takes))
		index := map[*member]int{}
		for n, m := range s.takes {
			index[m] = n
		}
		_ = h.each(ctx, s.takes, most+orderMost, func(ctx context.Context, m *member) error { // what is wrong is unknown
			answered, err := h.order(ctx, m, verbCheck, order{Load: name, At: most})
			if err != nil && h.keeps(s, m) {
				answered.Kept = &loadgen.Kept{Unasked: []string{unasked(m, err.Error())}}
			}
			answers[index[m]] = answered.Kept
			return nil
		})
		var all loadgen.Kept
		keeps := false
		for _, kept := range answers {
			if kept != nil {
				keeps = true
				all.Work += kept.Work
				all.Lost, all.LostMore = append(all.Lost, kept.Lost...), all.LostMore+kept.LostMore
				all.Unknown, all.UnknownMore = append(all.Unknown, kept.Unknown...), all.UnknownMore+kept.UnknownMore
				all.Unasked = append(all.Unasked, kept.Unasked...)
			}
		}
		if keeps {
			found[name] = all
		}
	}
	return found
}

// Unasked are the loads of which a worker that is lost has kept something; by the load's name.
// Nobody is asked.
func (h *Hub) Unasked() map[string]loadgen.Kept {
	found := map[string]loadgen.Kept{}
	for name, s := range h.sendings() {
		var all loadgen.Kept
		for _, m := range s.takes {
			if why := h.lostOf(m); why != "" && h.keeps(s, m) {
				all.Unasked = append(all.Unasked, unasked(m, "it is lost: "+why))
			}
		}
		if all.Unasked != nil {
			found[name] = all
		}
	}
	return found
}

func unasked(m *member, why string) string {
	return fmt.Sprintf("all that worker %s has kept: %s", m.called, why)
}

// keeps tells whether a worker is to keep some of what it makes of a load.
func (h *Hub) keeps(s *Sending, m *member) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.parts[s.spec.Name].keeps
}

func (h *Hub) sendings() map[string]*Sending {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.loads)
}

package engine

import (
	"slices"

	"github.com/openstack-eris/eris/collectors/record"
)

// triggered writes down what let a fault begin.
func (r *Run) triggered(l *life, d decision) {
	r.event(record.Event{At: d.seen, Fault: &record.FaultEvent{
		Name: l.spec.Name, ID: l.injection.ID(), State: record.Waiting, Trigger: d.why,
	}})
}

// silenceExpected tells that a declared fault takes a whole node away at this
// moment, so that what the node would have told is rightly missing. A machine beside
// the cloud tells nothing of it.
func (r *Run) silenceExpected() bool {
	for _, l := range r.order {
		for _, ref := range append(slices.Clone(l.refs()), l.planned.Costs...) {
			if node := r.plan.Inventory.NodeByName(ref.Node); node != nil && node.Beside {
				continue
			}
			if ref.Service == "" && active(l.injection.State()) {
				return true
			}
		}
	}
	return false
}

func active(state record.FaultState) bool {
	switch state {
	case record.Injecting, record.Held, record.Undoing, record.Unknown:
		return true
	case record.Planned, record.Preflight, record.Armed, record.Waiting, record.Undone, record.SelfHealed,
		record.Skipped, record.Refused, record.Fenced, record.Stuck, record.Failed:
	}
	return false
}

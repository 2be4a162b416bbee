package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// freshness is how old the health that a fault is admitted on may be, beside
// the time that asking for it anew took.
const freshness = 2 * time.Second

// admit is the budget's last word before an inject: what is down for real at
// this moment, and what cannot be asked, counts together with all active
// faults. Of a fault that is aimed when it fires it says whom it strikes.
func (r *Run) admit(ctx context.Context, l *life) (faults.Aim, error) {
	if err := r.veto(ctx); err != nil {
		return faults.Aim{}, err
	}
	fit, err := r.fitting(ctx, l) // before health is asked, which is not to grow old meanwhile
	if err != nil {
		return faults.Aim{}, err
	}
	since := r.clock.Now()
	r.freshen(ctx, append(slices.Clone(l.refs()), l.planned.Costs...))
	r.admission.Lock()
	defer r.admission.Unlock()
	age := freshness + r.clock.Now() - since
	r.ledger.SetDown(r.down(age))
	aim, err := r.pick(l, fit, age)
	if err != nil {
		return faults.Aim{}, err
	}
	l.aim(aim.Only)
	takes := append(slices.Clone(l.refs()), l.planned.Costs...)
	if sick := r.unhealthy(takes, age); len(sick) > 0 {
		return faults.Aim{}, fmt.Errorf("%v is not healthy before the fault: it may be a real outage", sick)
	}
	if l.planned.Beyond() {
		r.ledger.Book(l.spec.Name, takes)
	} else if err := r.ledger.Reserve(l.spec.Name, takes); err != nil {
		return faults.Aim{}, fmt.Errorf("the redundancy budget does not admit it now: %w", err)
	}
	l.book(r.clock.Now())
	return aim, nil
}

// release gives back what a fault was booked for.
func (r *Run) release(l *life) {
	r.ledger.Release(l.spec.Name)
	l.free(r.clock.Now())
}

// down lists every watched member that is not known to be healthy by a word of
// at most that age.
func (r *Run) down(age time.Duration) []inventory.Ref {
	var refs []inventory.Ref
	for _, group := range r.watched {
		for _, member := range group.Members {
			refs = append(refs, member.Ref)
		}
	}
	return r.unhealthy(refs, age)
}

// unhealthy lists those of the refs that are not known to be healthy by a word of
// at most that age. A whole node stands for its watched services.
func (r *Run) unhealthy(refs []inventory.Ref, age time.Duration) []inventory.Ref {
	var bad []inventory.Ref
	for _, ref := range refs {
		if !r.healthy(ref, age) && !slices.Contains(bad, ref) {
			bad = append(bad, ref)
		}
	}
	return bad
}

func (r *Run) healthy(ref inventory.Ref, age time.Duration) bool {
	if ref.Service != "" {
		healthy, fresh := r.health(ref, age)
		return healthy && fresh
	}
	for _, service := range r.plan.Inventory.ServicesOn(ref.Node) {
		if !r.healthy(inventory.Ref{Node: ref.Node, Service: service.Name}, age) {
			return false
		}
	}
	return true
}

// health is what was last told of a service on a node, and whether that is of at
// most that age.
func (r *Run) health(ref inventory.Ref, age time.Duration) (healthy, fresh bool) {
	value, fresh := r.signals.Fresh(healthSignal, map[string]string{"node": ref.Node, "service": ref.Service}, age)
	return value > 0, fresh
}

// targets are all that a plan may strike.
func targets(plan *scenarios.Plan) []inventory.Ref {
	var refs []inventory.Ref
	for _, f := range plan.Faults {
		refs = append(refs, f.Targets...)
	}
	return refs
}

// taken are all that a plan may cost.
func taken(plan *scenarios.Plan) []inventory.Ref {
	refs := targets(plan)
	for _, f := range plan.Faults {
		refs = append(refs, f.Costs...)
	}
	return refs
}

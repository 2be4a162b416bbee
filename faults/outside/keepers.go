package outside

import (
	"context"
	"fmt"
	"slices"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Keepers are those of all families; they are one faults.Keeper. An order goes to
// the family that its kind of fault names.
type Keepers []*Keeper

// of is the keeper of a family; nil where there is none.
func (all Keepers) of(family string) *Keeper {
	at := slices.IndexFunc(all, func(k *Keeper) bool { return k.Family.Words().Family == family })
	if at < 0 {
		return nil
	}
	return all[at]
}

// Check implements faults.Keeper.
func (all Keepers) Check(ctx context.Context, order faults.Order) []string {
	if k := all.of(order.Family); k != nil {
		return k.Check(ctx, order)
	}
	return []string{fmt.Sprintf("nobody here keeps faults of the family %q", order.Family)}
}

// Arm implements faults.Keeper.
func (all Keepers) Arm(ctx context.Context, order faults.Order) remote.Result {
	if k := all.of(order.Family); k != nil {
		return k.Arm(ctx, order)
	}
	a := &answer{}
	a.say("refused", fmt.Sprintf("nobody here keeps faults of the family %q", order.Family))
	return a.done()
}

// Call implements faults.Keeper. What none of them knows was never armed, and one
// of them says so.
func (all Keepers) Call(ctx context.Context, id, verb string, args ...string) remote.Result {
	at := max(0, slices.IndexFunc(all, func(k *Keeper) bool { return k.Knows(id) }))
	return all[at].Call(ctx, id, verb, args...)
}

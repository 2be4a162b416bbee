package nova

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// takeBack undoes once, and is nil when Nova says that nothing of the fault is left.
func (o *order) takeBack(ctx context.Context) error {
	h, err := o.ask(ctx)
	if err != nil {
		return err
	}
	what := o.rest(h)
	if what == nil {
		return o.foreign(h)
	}
	if err := tell(ctx, o.cloud, h.ID, *what); err != nil {
		return err
	}
	if h, err = o.ask(ctx); err != nil {
		return err
	}
	if what.Enabled != nil {
		_ = os.Remove(o.File("unanswered")) // it has come, once; without this it is waited for
	}
	if o.rest(h) != nil {
		return fmt.Errorf("told Nova that %s is as before, and it does not say so", h.Host)
	}
	return o.foreign(h)
}

// rest is the change that takes back what is there of the fault, nil for nothing.
// That somebody has enabled the host is no reason to leave it forced down, if it was
// the fault that did that.
func (o *order) rest(h host) *compute.Change {
	switch {
	case h.ours(o.ID, o.Action):
		return new(lifted(o.Action))
	case o.Action != disable && h.ForcedDown && h.Enabled && o.came():
		return &compute.Change{ForcedDown: new(false)}
	}
	return nil
}

// came tells that Nova has done what it was told.
func (o *order) came() bool {
	_, injected := o.Stamped("injected")
	_, held := o.Stamped("held")
	return injected || held
}

// foreign is an error where somebody else has said something of the host meanwhile
// that is not what there was before.
func (o *order) foreign(h host) error {
	if diff := faults.Differences(o.Before(), h.lines()); len(diff) > 0 {
		return fmt.Errorf("somebody else has told Nova something of %s meanwhile, which is left as it is: %s", h.Host, strings.Join(diff, ", "))
	}
	return nil
}

package nova

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
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
		o.Answered() // it has come, once
	} else if err := o.Write("lifted", ""); err != nil {
		return err // it is told once more, and then whoever forces it down meanwhile is overridden
	}
	if o.rest(h) != nil {
		return fmt.Errorf("told Nova that %s is as before, and it does not say so", h.Host)
	}
	return o.foreign(h)
}

// LookAgain implements outside.Lingering: what bears the mark now came after its undo.
func (o *order) LookAgain(ctx context.Context, _ bool) (what string, err error) {
	h, err := o.ask(ctx)
	if err != nil || !h.ours(o.ID, o.Action) {
		return "", err
	}
	if err := tell(ctx, o.cloud, h.ID, lifted(o.Action)); err != nil {
		return "", err
	}
	if h, err = o.ask(ctx); err != nil {
		return "", err
	}
	if h.ours(o.ID, o.Action) {
		return "", fmt.Errorf("told Nova that %s is as before, and it does not say so", h.Host)
	}
	o.Answered()
	return "Nova did it after it was undone, and was told again that " + h.Host + " is as before", nil
}

// rest is the change that takes back what is there of the fault, nil for nothing.
// That somebody has enabled the host, or disabled it for a reason of his own, is no
// reason to leave it forced down, if it was the fault that did that: who believes it
// evacuates what runs there. It is lifted once. What is forced down after that is
// somebody else's.
func (o *order) rest(h host) *compute.Change {
	switch {
	case h.ours(o.ID, o.Action):
		return new(lifted(o.Action))
	case o.Action != disable && h.ForcedDown && o.came() && !o.up():
		return &compute.Change{ForcedDown: new(false)}
	}
	return nil
}

// up tells that the flag was lifted, on a host that did not bear the mark any more.
func (o *order) up() bool {
	_, err := os.Stat(o.File("lifted"))
	return err == nil
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

// Remedy implements outside.Advising, by Nova's last answer: a host that somebody else has disabled is his, and
// not to be enabled by a command that is pasted.
func (o *order) Remedy(ctx context.Context) string {
	if o.last == nil {
		_, _ = o.ask(ctx) // without an answer it is what the fault is
	}
	if o.last == nil || o.last.Enabled && !o.last.ForcedDown || o.last.ours(o.ID, o.Action) {
		return o.errand.Remedy()
	}
	h := o.last
	at := o.Credentials()
	switch forced := h.ForcedDown && o.Action != disable; {
	case h.Enabled:
		return set(at, h.Host, "--up")
	case forced:
		return fmt.Sprintf("%s  # if nobody else has fenced it; %s is disabled for another reason (%q), and whoever has done that enables it", set(at, h.Host, "--up"), h.Host, h.Reason)
	}
	return fmt.Sprintf("%s compute service list --long --service nova-compute --host %s  # it is disabled for another reason (%q), and whoever has done that enables it", client(at), inventory.Quote(h.Host), h.Reason)
}

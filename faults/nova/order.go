package nova

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/faults/outside/access"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// order is what Nova is told of a host; it is an [outside.Order].
type order struct {
	access.Sent
	access.Pace
	*errand
	cloud *compute.Cloud
	id    string // of the service, since Ready has read it
	last  *host  // what Nova has said last, nil for nothing
}

func (o *order) ask(ctx context.Context) (host, error) {
	h, err := ask(ctx, o.cloud, o.Node)
	if err == nil {
		o.last = &h
	}
	return h, err
}

// Prepare implements outside.Preparing: it keeps what Nova says before.
func (o *order) Prepare(ctx context.Context) error {
	h, err := o.ask(ctx)
	if err != nil {
		return err
	}
	if wrong := h.unfit(); wrong != "" {
		return errors.New(wrong)
	}
	return o.Write("before", strings.Join(h.lines(), "\n")+"\n")
}

// Before implements outside.Differing: it is what Prepare has kept.
func (o *order) Before() []string {
	text, _ := os.ReadFile(o.File("before")) // without it nothing is as before
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// Ready implements outside.Order.
func (o *order) Ready(ctx context.Context) string {
	h, err := o.ask(ctx)
	if err != nil {
		return err.Error()
	}
	o.id = h.ID
	if wrong := h.unfit(); wrong != "" {
		return wrong
	}
	if diff := faults.Differences(o.Before(), h.lines()); len(diff) > 0 {
		return "what Nova says has changed since it was armed: " + strings.Join(diff, ", ")
	}
	if o.Action != forceDown {
		return ""
	}
	n, err := serversOn(ctx, o.cloud, h.Host)
	switch {
	case err != nil:
		return err.Error()
	case n > 0:
		return fmt.Sprintf("%s has %d servers by now", h.Host, n)
	}
	return ""
}

// Do implements outside.Order. It comes right after Ready.
func (o *order) Do(ctx context.Context) error {
	if err := o.Begin(); err != nil {
		return err
	}
	err := tell(ctx, o.cloud, o.id, made(o.ID, o.Action))
	if !errors.Is(err, compute.ErrUnanswered) {
		o.Answered()
	}
	return err
}

// Seen implements outside.Order.
func (o *order) Seen(ctx context.Context) (at outside.Moment, effect string, seen bool, err error) {
	h, err := o.ask(ctx)
	if err != nil {
		return at, "", false, err
	}
	at = outside.Now()
	if !h.ours(o.ID, o.Action) {
		return at, "", false, nil
	}
	if o.Action == disable {
		return at, fmt.Sprintf("disabled: %s gets no new servers by Nova's scheduler, %d others do", h.Host, h.Others), true, nil
	}
	return at, fmt.Sprintf("forced down: Nova says that %s is %s, and %d others are up", h.Host, h.state(), h.Others), h.ForcedDown && !h.Up, nil
}

// Undo implements outside.Order: it takes back what bears this fault's mark, and
// leaves what somebody else has said meanwhile.
func (o *order) Undo(ctx context.Context, by string) error {
	if err := o.Early(); err != nil {
		return err
	}
	err := o.Keep(o.takeBack(ctx))
	if err == nil {
		if late := o.Late(); late > 0 {
			return o.Keep(fmt.Errorf("%w: Nova may yet do it, for %s", outside.ErrLate, late.Round(time.Second)))
		}
		return nil
	}
	return o.Failed(by, err)
}

// Insist implements outside.Order.
func (o *order) Insist(ctx context.Context) { _ = o.takeBack(ctx) } // asked again in a moment

// Restored implements outside.Order: Nova says what it said before, and that the
// host is up.
func (o *order) Restored(ctx context.Context, _ string) (wrong string, err error) {
	if err = o.Early(); err == nil {
		err = o.Keep(o.restored(ctx))
	}
	if err != nil {
		wrong = err.Error() // which is an answer of its own
	}
	return wrong, nil
}

func (o *order) restored(ctx context.Context) error {
	h, err := o.ask(ctx)
	if err != nil {
		return err
	}
	if err := o.foreign(h); err != nil {
		return err
	}
	if !h.Up {
		return fmt.Errorf("by Nova %s is %s", h.Host, h.state())
	}
	return nil
}

// After implements outside.Differing.
func (o *order) After(ctx context.Context) []string {
	h, err := o.ask(ctx)
	if err != nil {
		return nil
	}
	return h.lines()
}

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
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// order is what Nova is told of a host; it is an [outside.Order].
type order struct {
	outside.Folder
	*errand
	cloud *compute.Cloud
	again time.Duration // not before this uptime is Nova asked anew that had bad news
	wrong error         // which was that
	id    string        // of the service, since Ready has read it
	last  *host         // what Nova has said last, nil for nothing
}

// askEvery is how often a worker asks again: each time is a login.
const askEvery = time.Second

// paced is an error as long as it is too early to ask again.
func (o *order) paced() error {
	if o.wrong != nil && outside.Uptime() < o.again {
		return o.wrong
	}
	return nil
}

// bad keeps bad news until it may be asked for again.
func (o *order) bad(err error) error {
	o.wrong, o.again = err, outside.Uptime()+askEvery
	return err
}

// lateWithin is how long a change may come after it was sent and not confirmed: by
// then whoever was between here and Nova has given it up.
const lateWithin = time.Minute

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
	if err := o.KeepSpan("unanswered", outside.Uptime()); err != nil {
		return err // nobody would know for how long it may still come
	}
	err := tell(ctx, o.cloud, o.id, made(o.ID, o.Action))
	if !errors.Is(err, compute.ErrUnanswered) {
		_ = os.Remove(o.File("unanswered")) // else it is waited for
	}
	return err
}

// LateFor implements outside.Late.
func (o *order) LateFor() time.Duration {
	if o.late() == 0 {
		return 0
	}
	return lateWithin
}

// late is how long a change may still come that was sent and not confirmed.
func (o *order) late() time.Duration {
	if _, err := os.Stat(o.File("unanswered")); err != nil {
		return 0
	}
	if _, seen := o.Stamped("held"); seen {
		return 0
	}
	sent, now := o.Span("unanswered"), outside.Uptime()
	if sent > now || now-sent > lateWithin { // the first before this machine's restart
		return 0
	}
	return lateWithin - (now - sent)
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
	if err := o.paced(); err != nil {
		return err
	}
	err := o.bad(o.takeBack(ctx))
	if err == nil {
		if late := o.late(); late > 0 {
			return o.bad(fmt.Errorf("%w: Nova may yet do it, for %s", outside.ErrLate, late.Round(time.Second)))
		}
		return nil
	}
	if o.Told() != err.Error() {
		_ = o.Write("told", err.Error())
		_ = o.Stamp("undo-failed", by, err.Error()) // a full disk must not keep the undo from running
	}
	return err
}

// Told implements outside.Telling.
func (o *order) Told() string {
	text, err := os.ReadFile(o.File("told"))
	if err != nil {
		return "its undo has not ended"
	}
	return string(text)
}

// Insist implements outside.Order.
func (o *order) Insist(ctx context.Context) { _ = o.takeBack(ctx) } // asked again in a moment

// Restored implements outside.Order: Nova says what it said before, and that the
// host is up.
func (o *order) Restored(ctx context.Context, _ string) (wrong string, err error) {
	if err = o.paced(); err == nil {
		err = o.bad(o.restored(ctx))
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

package power

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// order is what a node's management controller is told; it is an [outside.Order].
type order struct {
	outside.Folder
	*errand
	driver power.Driver
	asked  time.Duration // when a node that was told to go was last asked for, by uptime
}

// How long a management controller may take to do what it accepted or to say how
// it is, and how long a node must be seen on before that counts.
const (
	onWithin = 10 * time.Second
	steady   = 3 * time.Second
)

// Ready implements outside.Order.
func (o *order) Ready(ctx context.Context) string {
	if state, on := o.reads(ctx); !on {
		return "its power is " + state + " before the fault"
	}
	return ""
}

// Do implements outside.Order.
func (o *order) Do(ctx context.Context) error {
	err := o.driver.Do(ctx, o.act())
	if err != nil && !errors.Is(err, power.ErrUnknown) {
		_ = o.spend("nothing was sent") // else it is waited for
	}
	return err
}

// Seen implements outside.Order: the controller says off, and the node is not
// to be reached, so that the controller is this node's and no other's. One that
// gives no answer, or names a state between the two, does not say that a node which
// was seen off has its power; until it was seen, it is asked again.
func (o *order) Seen(ctx context.Context) (at outside.Moment, effect string, seen bool, err error) {
	if o.Passing() && o.State() == "held" { // it is told when that is over
		return outside.Now(), awayEffect, !o.ended(), nil
	}
	if o.act() == power.Reset {
		at, effect, seen = o.lookAway(ctx)
		return at, effect, seen, nil
	}
	held := o.State() == "held" // before the answer, which may be long in coming
	state, err := o.driver.Status(ctx)
	switch {
	case state != power.On && state != power.Off && held:
		return at, "", false, fmt.Errorf("its power is %s", why(state, err))
	case state != power.Off:
		return at, "", false, nil
	}
	at = outside.Now()
	return at, offEffect, !speaks(ctx, o.SSH), nil
}

// speaks tells that the node's sshd answers; it speaks first.
func speaks(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer func() { _ = connection.Close() }() // nothing was written
	_ = connection.SetDeadline(time.Now().Add(time.Second))
	n, _ := connection.Read(make([]byte, 1))
	return n > 0
}

const offEffect = "off by its management controller, and its sshd gives no answer"

// Undo implements outside.Order: it gives the power back.
func (o *order) Undo(ctx context.Context, by string) error {
	if err := o.settled(ctx); err != nil {
		return err // which is not its failure yet
	}
	if o.late() && outside.Uptime()-o.asked < goesEvery {
		return errLate
	}
	o.asked = outside.Uptime()
	wasOff, err := o.powerOn(ctx)
	if wasOff {
		o.wentOff()
	}
	if err != nil {
		_ = o.Write("on-since", "0\n")
		_ = o.Stamp("undo-failed", by, err.Error()) // a full disk must not keep the undo from running
		return err
	}
	return o.sure()
}

// Insist implements outside.Order.
func (o *order) Insist(ctx context.Context) { _, _ = o.powerOn(ctx) } // asked again in a moment

// Restored implements outside.Order: the node is on, and has been for a while: an
// off that was sent and not confirmed may still come.
func (o *order) Restored(ctx context.Context, by string) (wrong string, err error) {
	on, err := o.status(ctx)
	if err != nil || on != power.On {
		wrong = "its power is " + why(on, err)
		_ = o.Write("on-since", "0\n")
		if on == power.Off {
			o.wentOff()
			return wrong, o.Undo(ctx, by)
		}
		return wrong, nil
	}
	since := o.onSince()
	if since == 0 {
		return "its power has just come back", o.KeepSpan("on-since", outside.Uptime())
	}
	if outside.Uptime()-since < steady {
		return "its power has just come back", nil
	}
	if back, err := o.back(ctx); !back {
		return "its power is on, and its sshd gives no answer yet", err
	}
	return "", nil
}

// Hear implements outside.Hearing.
func (o *order) Hear(proof string) error {
	switch proof {
	case "proven":
		if _, went := o.Stamped("held"); o.Touched() && !went && !o.ended() {
			// Whoever says so asked the node itself, and it is not going to go.
			return o.Stamp("ended", "itself", "its power was not seen to go")
		}
	case "booted":
		if o.late() {
			_ = o.spend("it has booted anew") // else it is waited for
		}
	}
	return nil
}

// reads asks whether the node is on, and says in words what was answered.
func (o *order) reads(ctx context.Context) (state string, on bool) {
	s, err := o.driver.Status(ctx)
	return why(s, err), err == nil && s == power.On
}

func why(state power.State, err error) string {
	if err != nil {
		return "not known: " + err.Error()
	}
	return fmt.Sprint(state)
}

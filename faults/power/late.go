package power

import (
	"fmt"
	"os"
	"time"

	"github.com/openstack-eris/eris/faults/outside"
)

// lateError is an [outside.ErrLate] in the words of power.
type lateError string

func (e lateError) Error() string      { return string(e) }
func (lateError) Is(target error) bool { return target == outside.ErrLate }

// errLate says that a node is on which may yet go.
const errLate = lateError("its power is on, and what its management controller was told may still come")

// lateWithin is how long a node has to be seen on that was told to go and was never
// seen to: some controllers accept an order, say on, and act seconds later.
const lateWithin = time.Minute

// spend notes why nothing can come any more of what the controller was told.
func (o *order) spend(why string) error { return o.Write("spent", why+"\n") }

// wentOff notes that the node was seen off. Called under the lock, by which no order
// is under way in this program.
func (o *order) wentOff() {
	_ = o.Write("on-since", "0\n") // without it less is waited for, but never less than steady
	if o.Action != reset {
		_ = o.spend("it was seen off") // else it is waited for
	}
}

// late tells that the node was told to go by its controller, and that nobody knows
// whether it has.
func (o *order) late() bool {
	if o.Action == wake || !o.Touched() { // the first proves itself
		return false
	}
	if _, went := o.Stamped("held"); went {
		return false
	}
	_, err := os.Stat(o.File("spent"))
	return err != nil
}

// LateFor implements outside.Late.
func (o *order) LateFor() time.Duration {
	if o.late() {
		return lateWithin
	}
	return 0
}

// sure tells that a node which is on has been for so long that it will not go.
func (o *order) sure() error {
	if !o.late() {
		return nil
	}
	since := o.onSince()
	if since == 0 {
		since = outside.Uptime()
		if err := o.KeepSpan("on-since", since); err != nil {
			return err
		}
	}
	if on := outside.Uptime() - since; on < lateWithin {
		return fmt.Errorf("%w: it has been on for %s of %s", errLate, on.Round(time.Second), lateWithin)
	}
	return nil
}

// onSince is from when on the node has been seen on; 0 when it was not, or before this
// machine's last restart.
func (o *order) onSince() time.Duration {
	since := o.Span("on-since")
	if since > outside.Uptime() {
		return 0
	}
	return since
}

package power

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// errLate says that a node is on which may yet go.
var errLate = errors.New("its power is on, and what its management controller was told may still come")

// lateWithin is how long a node has to be seen on that was told to go and was never
// seen to: some controllers accept an order, say on, and act seconds later.
const lateWithin = time.Minute

// spend notes why nothing can come any more of what the controller was told.
func (g *guard) spend(why string) error { return g.write("spent", why+"\n") }

// wentOff notes that the node was seen off. Called under the lock, by which no order
// is under way in this program.
func (g *guard) wentOff() {
	_ = g.write("on-since", "0\n") // without it less is waited for, but never less than steady
	if g.Action != reset {
		_ = g.spend("it was seen off") // else it is waited for
	}
}

// late tells that the node was told to go by its controller, and that nobody knows
// whether it has.
func (g *guard) late() bool {
	if g.Action == wake || !g.touched() { // the first proves itself
		return false
	}
	if _, went := g.stamped("held"); went {
		return false
	}
	_, err := os.Stat(g.file("spent"))
	return err != nil
}

// sure tells that a node which is on has been for so long that it will not go.
func (g *guard) sure() error {
	if !g.late() {
		return nil
	}
	since := g.onSince()
	if since == 0 {
		since = uptime()
		if err := g.keepSpan("on-since", since); err != nil {
			return err
		}
	}
	if on := uptime() - since; on < lateWithin {
		return fmt.Errorf("%w: it has been on for %s of %s", errLate, on.Round(time.Second), lateWithin)
	}
	return nil
}

// onSince is from when on the node has been seen on; 0 when it was not, or before this
// machine's last restart.
func (g *guard) onSince() time.Duration {
	since := g.span("on-since")
	if since > uptime() {
		return 0
	}
	return since
}

// finish undoes and looks whether that was enough. Called under the lock.
func (g *guard) finish(ctx context.Context, a *answer, by string) error {
	if err := g.undo(ctx, by); err != nil {
		if errors.Is(err, errLate) {
			a.say("late", "")
		}
		a.say("unhealthy", err.Error())
		return nil
	}
	return g.verify(ctx, a, by, historyOf(g.folder))
}

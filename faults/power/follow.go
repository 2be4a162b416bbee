package power

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// What the power of a node is told to do, beside off.
const (
	cycle = string(power.Cycle)
	reset = string(power.Reset)
	wake  = faults.Wake // the node goes by itself, and has to be switched on
)

var errGoing = errors.New("it was told to shut down and has not yet")

// goesEvery is how often it is asked for.
const goesEvery = time.Second

// goesWithin is how long a node may take to go that was told to shut down: systemd
// does it by force after 30 minutes (systemd.special(7), poweroff.target).
const goesWithin = 35 * time.Minute

const (
	awayEffect = "away: it went, and its sshd has not answered since"
	// twice is the time between two questions that a node has to leave
	// unanswered before it counts as gone: one answer may be lost.
	twice = 50 * time.Millisecond
	// quick is how soon a node's kernel takes a connection.
	quick = 250 * time.Millisecond
)

// Passing implements outside.Passing: the node comes back by itself, and with that
// the fault is over.
func (o *order) Passing() bool { return o.Action != string(power.TurnOff) }

// act is what the controller is told. A cycle is an off: the on is its worker's,
// since few controllers let the time between be chosen.
func (o *order) act() power.Action {
	if o.Action == reset {
		return power.Reset
	}
	return power.TurnOff
}

// ended tells that the node was seen to come back.
func (o *order) ended() bool {
	_, is := o.Stamped("ended")
	return is
}

// lookAway asks whether a node is gone whose power never is. It was when the first
// of two questions stayed without an answer.
func (o *order) lookAway(ctx context.Context) (at outside.Moment, effect string, seen bool) {
	at = outside.Now()
	if !silent(ctx, o.SSH) || outside.Wait(ctx, twice) != nil || !silent(ctx, o.SSH) || ctx.Err() != nil {
		return outside.Moment{}, "", false
	}
	told, _ := o.Stamped("injecting")
	return at, fmt.Sprintf("gone %d ms after it was told to: its sshd gives no answer", max(at.Up-told, 0).Milliseconds()), true
}

// silent tells that a node takes no connection to its sshd, or drops it at once. A
// node that takes it and says nothing is busy, and not gone.
func silent(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: quick}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return true
	}
	defer func() { _ = connection.Close() }() // nothing was written
	_ = connection.SetDeadline(time.Now().Add(time.Second))
	n, err := connection.Read(make([]byte, 1))
	return n == 0 && !errors.Is(err, os.ErrDeadlineExceeded)
}

// Beside implements outside.Beside.
func (o *order) Beside() bool { return o.Action == wake }

// Follow implements outside.Passing. It is the worker's part of what comes back by
// itself: it notes when the node has gone, switches it on again where that was its
// worker's to do, and notes when it is back.
func (o *order) Follow(ctx context.Context, hold func(ctx context.Context, at outside.Moment, effect string) error) {
	told := ""
	for o.State() != outside.Gone && ctx.Err() == nil {
		if o.State() == "injecting" {
			if at, effect, seen, err := o.Seen(ctx); seen && err == nil {
				_ = hold(ctx, at, effect) // asked again in a moment
			} else if o.Action == reset {
				_ = outside.Wait(ctx, twice) // some nodes boot within a second
				continue
			}
		} else if went, is := o.Stamped("held"); is && !o.ended() {
			if err := o.giveBack(ctx, went); err != nil && err.Error() != told {
				told = err.Error()
				_ = o.Stamp("undo-failed", "itself", told)
			}
			if _, on := o.Stamped("on"); o.Action == wake && on || o.Action != wake && speaks(ctx, o.SSH) {
				_ = o.Locked(ctx, func() error {
					_, err := o.back(ctx)
					return err
				}) // asked again in a moment
			}
		}
		_ = outside.Wait(ctx, outside.AskEvery)
	}
}

// giveBack switches a cycle's node on when it has been off for as long as it was
// to be.
func (o *order) giveBack(ctx context.Context, went time.Duration) error {
	if _, is := o.Stamped("on"); is || o.Action == reset || since(went) < o.OffFor {
		return nil
	}
	if _, err := o.powerOn(ctx); err != nil {
		return err
	}
	return o.Stamp("on", "itself", "")
}

// back tells that a node that comes back by itself has, and notes it once, with
// how long it was away. What was never seen to go need not come back. Called under
// the lock.
func (o *order) back(ctx context.Context) (bool, error) {
	went, held := o.Stamped("held")
	if !o.Passing() || !held || o.ended() {
		return true, nil
	}
	on, switched := o.Stamped("on")
	at := outside.Now()
	if o.Action == wake { // the rest of it the node proves itself
		if !switched { // by who has that as an undo
			on = at.Up
		}
		return true, o.StampAt(at, "ended", "itself", "its power was away "+lasted(went, on))
	}
	if !speaks(ctx, o.SSH) {
		return false, nil
	}
	at = outside.Now()
	text := "its sshd answers again, it was away " + lasted(went, at.Up)
	if switched {
		text = "its power was away " + lasted(went, on) + ", and " + text
	}
	return true, o.StampAt(at, "ended", "itself", text)
}

// since is how long ago a moment of a stamp was. What is ahead of this machine's uptime
// is of before its restart, and longer ago than anything here waits for.
func since(stamp time.Duration) time.Duration {
	if now := outside.Uptime(); stamp <= now {
		return now - stamp
	}
	return math.MaxInt64
}

// lasted says in words how long something was, by two stamps.
func lasted(from, to time.Duration) string {
	if to < from {
		return "for a time that is not known: this machine has restarted since"
	}
	return fmt.Sprintf("for %.1f s", (to - from).Seconds())
}

// settled tells that a node which was told to shut down is not going to: it has, by
// what its controller says, or it has not for longer than it may take.
func (o *order) settled(ctx context.Context) error {
	told, _ := o.Stamped("injecting")
	if _, went := o.Stamped("held"); o.Action != wake || went || o.ended() || since(told) > goesWithin {
		return nil
	}
	if outside.Uptime()-o.asked < goesEvery {
		return errGoing
	}
	o.asked = outside.Uptime()
	state, err := o.driver.Status(ctx)
	if err == nil && state == power.Off {
		return o.Stamp("held", "itself", offEffect)
	}
	return fmt.Errorf("%w: it is %s", errGoing, why(state, err))
}

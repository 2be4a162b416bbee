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

// passing tells that the node comes back by itself: with the fault it is over.
func (t *task) passing() bool { return t.Action != string(power.TurnOff) }

// act is what the controller is told. A cycle is an off: the on is its worker's,
// since few controllers let the time between be chosen.
func (t *task) act() power.Action {
	if t.Action == reset {
		return power.Reset
	}
	return power.TurnOff
}

// ended tells that the node was seen to come back.
func (g *guard) ended() bool {
	_, is := g.stamped("ended")
	return is
}

// lookAway asks whether a node is gone whose power never is. It was when the first
// of two questions stayed without an answer.
func (g *guard) lookAway(ctx context.Context) (at moment, effect string, seen bool) {
	at = now()
	if !silent(ctx, g.SSH) || wait(ctx, twice) != nil || !silent(ctx, g.SSH) || ctx.Err() != nil {
		return moment{}, "", false
	}
	told, _ := g.stamped("injecting")
	return at, fmt.Sprintf("gone %d ms after it was told to: its sshd gives no answer", max(at.up-told, 0).Milliseconds()), true
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

// follow is the worker's part of what comes back by itself: it notes when the node
// has gone, switches it on again where that was its worker's to do, and notes when
// it is back.
func (g *guard) follow(ctx context.Context) {
	told := ""
	for g.state() != gone && ctx.Err() == nil {
		if g.state() == "injecting" {
			if at, effect, seen := g.look(ctx); seen {
				_ = g.hold(ctx, at, effect) // asked again in a moment
			} else if g.Action == reset {
				_ = wait(ctx, twice) // some nodes boot within a second
				continue
			}
		} else if went, is := g.stamped("held"); is && !g.ended() {
			if err := g.giveBack(ctx, went); err != nil && err.Error() != told {
				told = err.Error()
				_ = g.stamp("undo-failed", "itself", told)
			}
			if _, on := g.stamped("on"); g.Action == wake && on || g.Action != wake && speaks(ctx, g.SSH) {
				_ = g.locked(ctx, func() error {
					_, err := g.back(ctx)
					return err
				}) // asked again in a moment
			}
		}
		_ = wait(ctx, askEvery)
	}
}

// giveBack switches a cycle's node on when it has been off for as long as it was
// to be.
func (g *guard) giveBack(ctx context.Context, went time.Duration) error {
	if _, is := g.stamped("on"); is || g.Action == reset || since(went) < g.OffFor {
		return nil
	}
	if _, err := g.powerOn(ctx); err != nil {
		return err
	}
	return g.stamp("on", "itself", "")
}

// back tells that a node that comes back by itself has, and notes it once, with
// how long it was away. What was never seen to go need not come back. Called under
// the lock.
func (g *guard) back(ctx context.Context) (bool, error) {
	went, held := g.stamped("held")
	if !g.passing() || !held || g.ended() {
		return true, nil
	}
	on, switched := g.stamped("on")
	at := now()
	if g.Action == wake { // the rest of it the node proves itself
		if !switched { // by who has that as an undo
			on = at.up
		}
		return true, g.stampAt(at, "ended", "itself", "its power was away "+lasted(went, on))
	}
	if !speaks(ctx, g.SSH) {
		return false, nil
	}
	at = now()
	text := "its sshd answers again, it was away " + lasted(went, at.up)
	if switched {
		text = "its power was away " + lasted(went, on) + ", and " + text
	}
	return true, g.stampAt(at, "ended", "itself", text)
}

// since is how long ago a moment of a stamp was. What is ahead of this machine's uptime
// is of before its restart, and longer ago than anything here waits for.
func since(stamp time.Duration) time.Duration {
	if now := uptime(); stamp <= now {
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
func (g *guard) settled(ctx context.Context) error {
	told, _ := g.stamped("injecting")
	if _, went := g.stamped("held"); g.Action != wake || went || g.ended() || since(told) > goesWithin {
		return nil
	}
	if uptime()-g.asked < goesEvery {
		return errGoing
	}
	g.asked = uptime()
	state, err := g.driver.Status(ctx)
	if err == nil && state == power.Off {
		return g.stamp("held", "itself", offEffect)
	}
	return fmt.Errorf("%w: it is %s", errGoing, why(state, err))
}

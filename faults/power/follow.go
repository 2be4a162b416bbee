package power

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

// What the power of a node is told to do, beside off.
const (
	cycle = string(power.Cycle)
	reset = string(power.Reset)
)

const (
	awayEffect = "away: it went, and its sshd has not answered since"
	// twice is the time between two questions that a node has to leave
	// unanswered before it counts as gone: one answer may be lost.
	twice = 100 * time.Millisecond
)

// passing tells that the node comes back by itself: with the fault it is over.
func (t *task) passing() bool { return t.Action == cycle || t.Action == reset }

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
	if speaks(ctx, g.SSH) || wait(ctx, twice) != nil || speaks(ctx, g.SSH) || ctx.Err() != nil {
		return moment{}, "", false
	}
	told, _ := g.stamped("injecting")
	return at, fmt.Sprintf("gone %d ms after it was told to: its sshd gives no answer", max(at.up-told, 0).Milliseconds()), true
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
			}
		} else if went, is := g.stamped("held"); is && !g.ended() {
			if err := g.giveBack(ctx, went); err != nil && err.Error() != told {
				told = err.Error()
				_ = g.stamp("undo-failed", "itself", told)
			}
			if speaks(ctx, g.SSH) {
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
	if _, is := g.stamped("on"); is || g.Action != cycle || uptime()-went < g.OffFor {
		return nil
	}
	if err := g.powerOn(ctx); err != nil {
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
	if !speaks(ctx, g.SSH) {
		return false, nil
	}
	at := now()
	text := fmt.Sprintf("its sshd answers again, %.1f s after the node went", (at.up - went).Seconds())
	if on, is := g.stamped("on"); is {
		text = fmt.Sprintf("its power was away for %.1f s, and ", (on-went).Seconds()) + text
	}
	return true, g.stampAt(at, "ended", "itself", text)
}

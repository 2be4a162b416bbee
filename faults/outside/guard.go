package outside

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// guard acts on one fault, in whatever process.
type guard struct {
	Folder
	*Task
	errand Errand
	order  Order
	words  Words
}

// AskEvery is how often a place is asked that somebody waits for.
const AskEvery = 200 * time.Millisecond

// open reads a fault's folder. It needs no connection.
func open(f Folder, family Family) (*guard, error) {
	e, err := read(f, family)
	if err != nil {
		return nil, err
	}
	return opened(f, e, family)
}

// opened makes a guard of an errand.
func opened(f Folder, e Errand, family Family) (*guard, error) {
	order, err := e.Open(f)
	if err != nil {
		return nil, err
	}
	return &guard{Folder: f, Task: e.Base(), errand: e, order: order, words: family.Words()}, nil
}

// passing tells that the fault is over by itself.
func (g *guard) passing() bool {
	p, is := g.order.(Passing)
	return is && p.Passing()
}

// beside tells that the node keeps the fault itself.
func (g *guard) beside() bool {
	b, is := g.order.(Beside)
	return is && b.Beside()
}

// lateFor is how long something may come yet; 0 when nothing can.
func (g *guard) lateFor() time.Duration {
	if l, is := g.order.(Late); is {
		return l.LateFor()
	}
	return 0
}

// inject is the fence, and then the act: whoever comes late finds it closed.
func (g *guard) inject(ctx context.Context, a *answer, halt string) error {
	if state := g.State(); state != "armed" {
		a.say("fenced", "the fault is "+state)
		return nil
	}
	if halt != "" {
		a.say("halted", halt)
		return nil
	}
	if left := g.Span("lease-until") - Uptime(); left < g.Lease/2 {
		a.say("fenced", fmt.Sprintf("the lease has only %d ms left", left.Milliseconds()))
		return nil
	}
	if err := g.alive(); err != nil {
		a.say("fenced", err.Error())
		return nil
	}
	if reason := g.order.Ready(ctx); reason != "" {
		a.say("fenced", reason)
		return nil
	}
	if left := g.Span("lease-until") - Uptime(); left < g.Lease/2 { // a slow answer has eaten it
		a.say("fenced", fmt.Sprintf("the lease has only %d ms left", left.Milliseconds()))
		return nil
	}
	if err := g.enter("injecting", "engine"); err != nil {
		return a.failed(err)
	}
	if g.beside() { // the node is told by who came first
		a.say("injected", "")
		return nil
	}
	if err := g.order.Do(ctx); err != nil {
		a.say("failed", err.Error())
		return g.Stamp("inject-failed", "engine", err.Error())
	}
	a.say("injected", "")
	return g.Stamp("injected", "engine", "")
}

// alive is nil while the fault's worker lives and watches.
func (g *guard) alive() error { return g.Folder.alive(g.words) }

// observe looks until the effect is there, for at most limit.
func (g *guard) observe(ctx context.Context, a *answer, limit time.Duration) error {
	var unknown error
	for began := Uptime(); Uptime()-began <= limit && ctx.Err() == nil; {
		at, effect, seen, err := g.order.Seen(ctx)
		if seen {
			a.say("effect", effect)
			return g.hold(ctx, at, effect)
		}
		unknown = err
		_ = Wait(ctx, AskEvery) // that its time ends is asked next
	}
	if unknown != nil {
		return unknown
	}
	a.say("unseen", "")
	return nil
}

// hold notes the effect, which was seen.
func (g *guard) hold(ctx context.Context, at Moment, effect string) error {
	return g.Locked(ctx, func() error {
		if g.State() != "injecting" {
			return nil
		}
		return g.enterAt(at, "held", "engine", effect)
	})
}

// renew counts only for who reads a later end back, so both are told.
func (g *guard) renew(a *answer, halt string) (over bool, err error) {
	switch state := g.State(); state {
	case "armed", "injecting", "held":
	default:
		a.say("fenced", "the fault is "+state)
		return false, nil
	}
	if halt != "" {
		a.say("halted", halt)
		return false, nil
	}
	was := g.Span("lease-until")
	if was <= Uptime() {
		a.say("fenced", "the lease has ended")
		return false, nil
	}
	if err := g.alive(); err != nil {
		a.say("fenced", err.Error()) // without its dead-man the fault must not go on
		return true, nil
	}
	next := Uptime() + g.Lease
	if err := g.KeepSpan("lease-until", next); err != nil {
		return false, err
	}
	a.say("was", seconds(was))
	a.say("next", seconds(next))
	return false, nil
}

// undo takes the fault back, under the lock. It can be run at any moment, any
// number of times. What was only armed needs nobody's answer.
func (g *guard) undo(ctx context.Context, by string) error {
	switch g.State() {
	case Gone:
		return nil
	case "undone":
		return g.takeBack(ctx, by)
	case "undoing":
	default:
		if g.Touched() {
			_ = g.enter("undoing", by) // a full disk must not keep the undo from running
		}
	}
	if err := g.takeBack(ctx, by); err != nil {
		return err
	}
	return g.enter("undone", by)
}

// takeBack undoes what was let through. Called under the lock.
func (g *guard) takeBack(ctx context.Context, by string) error {
	if !g.Touched() {
		return nil
	}
	return g.order.Undo(ctx, by)
}

// verify proves that all is as before. Only then the fault is over.
func (g *guard) verify(ctx context.Context, a *answer, by string) error {
	state := g.State()
	if state == Gone {
		a.say("verified", "")
		return nil
	}
	if state != "undone" {
		return nil
	}
	if g.Touched() {
		wrong, err := g.order.Restored(ctx, by)
		if wrong != "" {
			a.say("unhealthy", wrong)
			g.compare(ctx, a)
		}
		if wrong != "" || err != nil {
			return err
		}
	}
	if err := g.bury(by, historyOf(g.Folder)); err != nil {
		return err
	}
	a.say("verified", "")
	return nil
}

// compare tells what was found before, and what now.
func (g *guard) compare(ctx context.Context, a *answer) {
	d, is := g.order.(Differing)
	if !is {
		return
	}
	before, after := d.Lines(ctx)
	for _, line := range before {
		a.say("before", line)
	}
	for _, line := range after {
		a.say("after", line)
	}
}

// finish undoes and looks whether that was enough. Called under the lock.
func (g *guard) finish(ctx context.Context, a *answer, by string) error {
	if err := g.undo(ctx, by); err != nil {
		if errors.Is(err, ErrLate) {
			a.say("late", "")
		}
		a.say("unhealthy", err.Error())
		return nil
	}
	return g.verify(ctx, a, by)
}

// end is a worker's: it undoes and looks whether that was enough. Whoever keeps the
// lock may hang: then it is undone without it, as often as it takes until the lock
// is free and nothing can come after.
func (g *guard) end(ctx context.Context, by string) {
	err := g.Locked(ctx, func() error {
		if g.State() != "undone" {
			if err := g.undo(ctx, by); err != nil {
				return err
			}
		}
		return g.verify(ctx, &answer{}, by)
	})
	if errors.Is(err, ErrBusy) && g.Touched() {
		g.order.Insist(ctx) // asked again in a moment
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }

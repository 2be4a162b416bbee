package outside

import (
	"context"
	"errors"
)

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
	if told, is := g.order.(Telling); is && state == "undoing" {
		a.say("unhealthy", told.Told())
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
	a.all("before", d.Before())
	a.all("after", d.After(ctx))
}

// finish undoes and looks whether that was enough. Called under the lock.
func (g *guard) finish(ctx context.Context, a *answer, by string) error {
	if err := g.undo(ctx, by); err != nil {
		if errors.Is(err, ErrLate) {
			a.say("late", "")
		}
		a.say("unhealthy", err.Error())
		if advising, is := g.order.(Advising); is {
			a.say("remedy", advising.Remedy(ctx))
		}
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
	if insisting, is := g.order.(Insisting); is && errors.Is(err, ErrBusy) && g.Touched() {
		insisting.Insist(ctx) // asked again in a moment
	}
}

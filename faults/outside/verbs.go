package outside

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// call is a verb of the guard.
func (k *Keeper) call(ctx context.Context, g *guard, a *answer, verb string, args []string) error {
	by := "heal"
	if len(args) > 0 {
		by = args[0]
	}
	switch verb {
	case "inject":
		if err := g.Locked(ctx, func() error { return g.inject(ctx, a, k.halted(g.Cloud)) }); err != nil {
			return err
		}
		if g.State() != "injecting" || g.beside() { // which the node has yet to be told
			return nil
		}
		return g.observe(ctx, a, 5*time.Second)
	case "observe":
		return g.observe(ctx, a, 2*time.Second)
	case "renew":
		return g.Locked(ctx, func() error {
			over, err := g.renew(a, k.halted(g.Cloud))
			if over || g.beside() && g.State() == "undoing" { // it may have gone since
				err = errors.Join(err, g.undo(ctx, "engine"))
			}
			return err
		})
	case "end":
		if g.State() == "held" {
			_, _, there, err := g.order.Seen(ctx)
			if !there && err == nil && !g.passing() && g.State() == "held" { // else somebody has undone it meanwhile
				a.say("healed", "")
			}
		}
		return g.Locked(ctx, func() error {
			if hearing, is := g.order.(Hearing); is && len(args) > 1 {
				if err := hearing.Hear(args[1]); err != nil {
					return err
				}
			}
			return g.finish(ctx, a, by)
		})
	case "verify":
		return g.Locked(ctx, func() error {
			if g.State() == "undoing" && g.lateFor() > 0 {
				return g.finish(ctx, a, by)
			}
			return g.verify(ctx, a, by)
		})
	case "report":
		return nil
	}
	return fmt.Errorf("call the guard of a kept fault: no verb %q", verb)
}

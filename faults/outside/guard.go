package outside

import (
	"context"
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
	if halt != "" { // told before all else: it ends the faults too, which would hide why
		a.say("halted", halt)
	}
	if state := g.State(); state != "armed" {
		a.say("fenced", "the fault is "+state)
		return nil
	}
	if halt != "" {
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
	for began, first := Uptime(), true; Uptime()-began <= limit && ctx.Err() == nil; first = false {
		at, effect, seen, err := g.order.Seen(ctx)
		if seen {
			a.say("effect", effect)
			return g.hold(ctx, at, effect)
		}
		if first || ctx.Err() == nil { // a question that was cut short takes no answer back
			unknown = err
		}
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
	if halt != "" {
		a.say("halted", halt)
	}
	switch state := g.State(); state {
	case "armed", "injecting", "held":
	default:
		a.say("fenced", "the fault is "+state)
		return false, nil
	}
	if halt != "" {
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

func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }

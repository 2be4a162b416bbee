package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// life is one fault of the scenario while the run goes on. One goroutine
// drives it; the others only look at its progress.
type life struct {
	spec      *scenarios.Fault
	planned   *scenarios.PlannedFault
	injection *faults.Injection
	progress  *progress
	armed     chan error // answers once: armed, or why not

	mu     sync.Mutex
	events map[scenarios.Event]time.Duration // when reached
	aimed  []inventory.Ref                   // whom it strikes, once that is known; nil: all of its targets
	span   span                              // for how long it can account for outages
}

// reached is when an event of this fault happened, by the run's clock.
func (l *life) reached(event scenarios.Event) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.events[event]
}

// refs are whom it strikes, or could strike while that is not known.
func (l *life) refs() []inventory.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.aimed != nil {
		return l.aimed
	}
	return l.planned.Targets
}

func (l *life) aim(refs []inventory.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.aimed = refs
}

// mark notes an event and tells those who wait for it.
func (l *life) mark(event scenarios.Event, at time.Duration) {
	l.mu.Lock()
	l.events[event] = at
	l.mu.Unlock()
	l.progress.reach(l.progress.point(event))
}

// struck tells that a target holds the fault, or may hold it.
func (l *life) struck() bool {
	for _, target := range l.injection.Targets() {
		if target.State == record.Held || target.State == record.Unknown {
			return true
		}
	}
	return false
}

// undoMost bounds one undo with its verification beyond the fault's own TTL
// and the three leases after it.
const undoMost = 30 * time.Second

// drive lives a fault from arming to the release of its budget. It returns an
// error only for what must stop the run; what went wrong with the fault itself
// is in the journal. Whatever happens, the fault is undone before it returns,
// and a budget whose undo could not be verified is never given back.
func (r *Run) drive(ctx context.Context, l *life) error {
	defer l.progress.reach(l.progress.over)
	defer l.progress.reach(l.progress.quiet)
	defer func() { l.over(r.clock.Now()) }()
	defer r.fired(l)
	if err := r.ready(ctx, l); err != nil {
		_, failed := r.undo(ctx, l, "engine", err.Error())
		return failed
	}
	choice := r.await(ctx, l)
	if !choice.fire {
		if choice.stop != nil {
			r.stop(choice.stop)
		}
		_, failed := r.undo(ctx, l, "engine", choice.why)
		return errors.Join(choice.stop, failed)
	}
	r.fired(l)
	r.triggered(l, choice)
	asked := r.clock.Now()
	fired := l.injection.Fire(ctx, func(ctx context.Context) (faults.Aim, error) {
		aim, err := r.admit(ctx, l)
		asked = r.clock.Now()
		return aim, err
	})
	took := r.clock.Now() - asked
	if errors.Is(fired, faults.ErrRefused) {
		r.release(l)
		_, failed := r.undo(ctx, l, "engine", "refused")
		return failed
	}
	ended, stop, struck := "no target held it", halted(fired), l.struck()
	if fired != nil {
		ended = fired.Error()
	}
	if struck {
		l.mark(scenarios.Injected, r.clock.Now())
		if stop == nil {
			ended, stop = r.hold(ctx, l)
		}
	}
	if stop != nil { // at once: while this one is undone no other is to begin
		r.stop(stop)
	}
	verified, failed := r.undo(ctx, l, by(ctx, stop), ended)
	if verified && struck { // what never was is not undone, and nothing follows it
		l.mark(scenarios.Undone, r.clock.Now())
		r.markUndone(ctx, l)
	}
	if verified && struck && !r.drills(ctx, l, took) {
		verified = false
	}
	if verified {
		l.progress.reach(l.progress.quiet)
		if r.settle(ctx, l) {
			r.release(l)
			if struck {
				l.mark(scenarios.Recovered, r.clock.Now())
			}
		}
	}
	return errors.Join(stop, failed)
}

// ready arms the fault: before chaos begins, or for one that waits for another
// fault when that one has come far enough.
func (r *Run) ready(ctx context.Context, l *life) error {
	if after := l.spec.Start.After; after != "" {
		close(l.armed)
		if err := r.reach(ctx, l.spec.Start); err != nil {
			return err
		}
		if r.wentAway(l) { // what preflight saw was of another boot
			if err := l.injection.Preflight(ctx); err != nil {
				return err
			}
		}
		return l.injection.Arm(ctx)
	}
	err := l.injection.Arm(ctx)
	if err != nil {
		l.armed <- err
	}
	close(l.armed)
	return err
}

// reach waits for the event of another fault that a start is after.
func (r *Run) reach(ctx context.Context, start scenarios.Start) error {
	if r.faults[start.After].progress.wait(ctx, start.Event) {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%s was never %s", start.After, start.Event)
}

// wentAway tells that another fault of this run has taken one of the nodes away
// on which this one is to be armed.
func (r *Run) wentAway(l *life) bool {
	for _, other := range r.order {
		if other == l || !other.injection.Away() || other.reached(scenarios.Injected) == 0 {
			continue
		}
		for _, ref := range other.refs() {
			if slices.ContainsFunc(l.planned.Targets, func(t inventory.Ref) bool { return t.Node == ref.Node }) {
				return true
			}
		}
	}
	return false
}

// await keeps the fault armed until its trigger has decided.
func (r *Run) await(ctx context.Context, l *life) decision {
	waiting, done := context.WithCancel(ctx)
	kept := make(chan error, 1)
	go func() {
		err := l.injection.Wait(waiting)
		if err != nil {
			done() // no longer armed: nothing is left to wait for
		}
		kept <- err
	}()
	choice := r.trigger(waiting, "fault "+l.spec.Name, l.spec.Start)
	done()
	if err := <-kept; err != nil {
		return decision{why: "it did not stay armed: " + err.Error(), stop: halted(err)}
	}
	if ctx.Err() != nil {
		return decision{why: context.Cause(ctx).Error()}
	}
	return choice
}

// hold keeps the fault for its time, and says in words why it ended; the error
// tells that an operator halted it.
func (r *Run) hold(ctx context.Context, l *life) (ended string, stop error) {
	holding, let := context.WithCancel(ctx)
	defer let()
	healed, told, watched := false, "", func() {}
	if l.spec.Heals {
		watched = beside(holding, func(ctx context.Context) {
			told, healed = r.healing(ctx, l)
			let()
		})
	}
	err := l.injection.Hold(holding, l.spec.Hold)
	watched()
	if err != nil {
		return err.Error(), halted(err)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx).Error(), nil
	default:
	}
	switch {
	case healed:
		return told, nil
	case l.spec.Heals && told != "":
		return fmt.Sprintf("the cloud did not heal itself within %v: %s", l.spec.Hold, told), nil
	case l.spec.Heals:
		return fmt.Sprintf("the cloud did not heal itself within %v", l.spec.Hold), nil
	case l.planned.Passes:
		return fmt.Sprintf("the %v in which its effect has to pass are over", l.spec.Hold), nil
	}
	return fmt.Sprintf("held for %v", l.spec.Hold), nil
}

// halted is the end of the run when a node answered that it was halted there.
func halted(err error) error {
	if errors.Is(err, faults.ErrHalted) {
		return &Stopped{Cause: "halt", Reason: err.Error()}
	}
	return nil
}

// undo runs on a context of its own: nothing that ends a run keeps it from
// putting things back. It reports whether that was verified.
func (r *Run) undo(ctx context.Context, l *life, by, reason string) (verified bool, err error) {
	most := l.planned.TTL + 3*l.planned.Lease + undoMost
	if l.injection.Away() {
		most += faults.BootMost
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer cancel()
	err = l.injection.Undo(ctx, by, reason)
	if errors.Is(err, faults.ErrStuck) {
		r.Log.Error("undo was not verified", "fault", l.spec.Name, "error", err)
		return false, nil
	}
	return err == nil, err
}

// by says who undoes: halt where an operator halted the run.
func by(ctx context.Context, halted error) string {
	if halted != nil || (ctx.Err() != nil && reason(ctx).Cause == "halt") {
		return "halt"
	}
	return "engine"
}

// settle waits until the targets have been healthy for the settle window; only
// then is their budget free for others, and true is returned. It ends with the
// run, and when the targets do not become healthy in time: then their budget
// stays booked, and what waits for their recovery is skipped.
func (r *Run) settle(ctx context.Context, l *life) bool {
	until := r.clock.Now() + l.planned.Settle + faults.Margin
	var timer steadyTimer
	for {
		now := r.clock.Now()
		if timer.held(len(r.unhealthy(l.refs(), r.vitalEvery+freshness)) == 0, now, l.planned.Settle) {
			return true
		}
		if now > until {
			r.event(record.Event{Note: &record.Note{Level: "warning", Text: fmt.Sprintf(
				"%s: its targets were not healthy for %v within %v of the undo", l.spec.Name, l.planned.Settle, l.planned.Settle+faults.Margin)}})
			return false
		}
		select {
		case <-r.ending:
			return false
		case <-ctx.Done():
			return false
		case <-time.After(judgeEvery):
		}
	}
}

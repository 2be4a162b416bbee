package faults

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Wait keeps an armed fault armed while its trigger has not fired. It returns
// nil when ctx ends, and an error as soon as a target is no longer armed.
func (i *Injection) Wait(ctx context.Context) error {
	if err := i.begin("wait for", record.Armed); err != nil {
		return err
	}
	return i.keep(ctx, nil)
}

// Hold keeps the fault for d by renewing every target's lease each third of
// it. It returns nil when d has passed or ctx has ended, and ErrFenced or
// ErrHalted as soon as a node says that it is over there. Nodes that cannot be
// reached are no reason to end: their own dead-man ends it. An effect that is
// gone though nobody has undone it is recorded, and the rest of it is held on.
func (i *Injection) Hold(ctx context.Context, d time.Duration) error {
	if err := i.begin("hold", record.Held, record.Unknown); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return i.keep(ctx, i.look)
}

// Gone tells that the fault's own probe was asked on every target that holds it
// and sees no effect any more, though nobody has undone it: the cloud has put it
// right by itself. A node that does not answer is no proof of that, and neither
// is a fault that has ended by itself.
func (i *Injection) Gone(ctx context.Context) bool {
	return i.asked(ctx, func(a answer) bool { return a.has("unseen") && !a.ended() }, "observe", "1")
}

// Kept tells that every target that was struck says that it holds the fault
// still: neither its dead-man nor anybody else has ended it, nor it itself.
func (i *Injection) Kept(ctx context.Context) bool {
	return i.asked(ctx, func(a answer) bool { return !a.ended() }, "report")
}

// asked asks the guards of all targets that hold the fault, one at least, and
// tells whether each has answered so and is in the state held.
func (i *Injection) asked(ctx context.Context, so func(answer) bool, verb string, args ...string) bool {
	var held atomic.Int32
	err := i.each(func(m *member) error {
		if m.over() {
			return nil
		}
		held.Add(1)
		a, result := i.call(ctx, m, i.spec.Timing.Lease/3, verb, args...)
		if state, _ := a.get("state"); result.State != remote.Done || state != string(record.Held) || !so(a) {
			return errOtherwise
		}
		return nil
	})
	return err == nil && held.Load() > 0
}

var errOtherwise = errors.New("it does not say so")

// looker looks at a target beside each renewal; nil does not.
type looker func(ctx context.Context, m *member, timeout time.Duration)

// keep renews every target's lease until ctx ends, or until a node says that it
// is over there: that ends the others' renewals too.
func (i *Injection) keep(ctx context.Context, look looker) error {
	ctx, over := context.WithCancel(ctx)
	defer over()
	return i.each(func(m *member) error {
		err := i.keepMember(ctx, m, look)
		if err != nil {
			over()
		}
		return err
	})
}

// keepMember renews one target's lease each third of it. Each target has a loop
// of its own, and a renewal is bounded with its connecting, so that a dead node
// holds up no other.
func (i *Injection) keepMember(ctx context.Context, m *member, look looker) error {
	every := i.spec.Timing.Lease / 3
	for ctx.Err() == nil {
		next := i.life.deps.Clock.Now() + every
		bounded, cancel := context.WithTimeout(ctx, every)
		err := i.renew(bounded, m, every)
		if left := next - i.life.deps.Clock.Now(); err == nil && look != nil && left > every/4 {
			look(bounded, m, left) // it is not to keep the next renewal waiting
		}
		cancel()
		if err != nil {
			return fmt.Errorf("renew lease: %w", err)
		}
		if left := next - i.life.deps.Clock.Now(); left > 0 {
			_ = pause(ctx, left) // that its time ends is what was asked for
		}
	}
	return nil
}

func (i *Injection) renew(ctx context.Context, m *member, timeout time.Duration) error {
	if m.over() {
		return nil
	}
	if reason := i.watching(ctx, m); reason != "" {
		if !m.fence(reason) {
			return nil // it was let go of meanwhile
		}
		i.early(m)
		return fmt.Errorf("%w: %s", ErrFenced, reason)
	}
	a, result := i.call(ctx, m, timeout, "renew")
	if result.State != remote.Done {
		return nil
	}
	if _, undone := m.stamped("undone"); undone && m.scripts.Reboots {
		return nil // it ended as it must, at boot
	}
	if a.has("going") {
		return nil // its timers went before it: the boot ends it
	}
	if reason, ok := a.get("fenced"); ok {
		if m.scripts.Reboots && a.has("booted") {
			return nil // as it must; what it came to is told when its boot has looked
		}
		if !m.fence(reason) {
			return nil // it was let go of meanwhile, and its node says so
		}
		i.early(m)
		return errors.Join(fmt.Errorf("%w: %s", ErrFenced, reason), stopped(a))
	}
	if err := stopped(a); err != nil {
		return err
	}
	was, next := a.span("was"), a.span("next")
	if next <= was {
		i.life.emit(record.Event{Note: &record.Note{Level: "warning", Text: fmt.Sprintf(
			"%s on %s: a renewal does not count, the next elapse did not move (%s, then %s)", i.spec.Name, m.target.Ref(), was, next)}})
	}
	return nil
}

// early records that a node ended the fault before it was asked to.
func (i *Injection) early(m *member) {
	e := m.event(i.spec.Name)
	i.life.emit(record.Event{Target: &e})
}

// fence notes that the node ended the fault, unless it was over by then.
func (m *member) fence(reason string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if isOver(m.state) {
		return false
	}
	m.state, m.reason = record.Fenced, reason
	return true
}

// over reports that this target is not held, so that nothing is to be renewed.
func (m *member) over() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return isOver(m.state)
}

func isOver(state record.FaultState) bool {
	switch state {
	case record.Fenced, record.Refused, record.Failed, record.Skipped, record.Undone, record.SelfHealed, record.Stuck:
		return true
	default:
		return false
	}
}

// span reads a time span from an answer; zero when there is none.
func (a answer) span(key string) time.Duration {
	value, _ := a.get(key)
	d, _ := span(value)
	return d
}

package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// seenWithin is how long an effect may take to show after its inject: services
// have work to finish before they stop.
const seenWithin = 30 * time.Second

// Admit is the last word on a fault: whether the redundancy budget still takes
// it, on the health of this moment, and whom it strikes.
type Admit func(ctx context.Context) (Aim, error)

// Aim is whom of its targets a fault strikes. The zero Aim is all of them.
type Aim struct {
	Only []inventory.Ref // nil: all
	Why  string          // in words, e.g. keepalived leads there
}

// spares tells that a target is not struck.
func (a Aim) spares(ref inventory.Ref) bool { return a.Only != nil && !slices.Contains(a.Only, ref) }

// Fire injects. What is left to do after the trigger is only this: ask admit,
// write the intent to the disk, hand the inject over to all targets at once,
// and see its effect. Whom admit spares is disarmed at the same time. An error
// names each target where the effect was not seen; whatever it says, Undo must
// follow. Refused by admit or by the journal, nothing was dispatched and the
// error is ErrRefused; it is ErrHalted where a fault that is kept from outside of its
// nodes finds any claimed node halted.
func (i *Injection) Fire(ctx context.Context, admit Admit) error {
	if err := i.begin("fire", record.Armed); err != nil {
		return err
	}
	end := i.keepMeanwhile(ctx)
	defer end()
	aim, err := admit(ctx)
	if err != nil {
		i.enter(record.Refused, err.Error())
		return fmt.Errorf("fire fault %s: %w: %w", i.spec.Name, ErrRefused, err)
	}
	for _, m := range i.members {
		if aim.spares(m.target.Ref()) {
			m.set(record.Skipped, "the fault is aimed at others: "+aim.Why)
		}
	}
	if err := i.lastAsked(ctx); err != nil {
		i.enter(record.Refused, err.Error())
		return fmt.Errorf("fire fault %s: %w", i.spec.Name, err)
	}
	intent := i.event(record.Injecting, "")
	intent.Aim = aim.Why
	if err := i.life.deps.Journal.EventSync(record.Event{Fault: intent}); err != nil {
		i.enter(record.Refused, err.Error())
		return fmt.Errorf("fire fault %s: write intent: %w: %w", i.spec.Name, ErrRefused, err)
	}
	i.mu.Lock()
	i.state = record.Injecting
	i.mu.Unlock()
	err = i.injectAll(ctx)
	end()
	if i.any(record.Held) {
		i.enter(record.Held, text(err))
	} else {
		i.enter(record.Unknown, text(err))
	}
	return err
}

// lastAsked asks all nodes that are claimed for a halt before a fault that is kept from
// outside begins, and tells them beside it which node's power is about to go.
func (i *Injection) lastAsked(ctx context.Context) (err error) {
	var telling sync.WaitGroup
	telling.Go(func() { i.witnessed(ctx) })
	if i.Outside() {
		err = i.life.halted(ctx)
	}
	telling.Wait()
	return err
}

// keepMeanwhile renews the leases, from shortly after on until the returned function is
// called: an admission that has to ask a busy cloud, a service that is slow to stop, or a
// dead node, must cost no target its lease.
func (i *Injection) keepMeanwhile(ctx context.Context) (end func()) {
	keeping, done := context.WithCancel(ctx)
	var kept sync.WaitGroup
	for _, m := range i.members {
		kept.Go(func() {
			if pause(keeping, i.spec.Timing.Lease/6) == nil {
				_ = i.keepMember(keeping, m, nil) // Hold asks again, and says what it was
			}
		})
	}
	return func() {
		done()
		kept.Wait()
	}
}

// injectAll injects every target at once.
func (i *Injection) injectAll(ctx context.Context) error {
	return i.each(func(m *member) error {
		if m.is(record.Skipped) {
			i.sparing.Go(func() { i.spare(ctx, m) })
			return nil
		}
		return i.inject(ctx, m)
	})
}

// spare disarms a target that the fault is not aimed at. Undo waits for it, and
// asks again where it was not seen to be done.
func (i *Injection) spare(ctx context.Context, m *member) {
	m.dismiss()
	e := m.event(i.spec.Name)
	i.life.emit(record.Event{Target: &e})
	a, result := i.call(ctx, m, i.spec.Timing.Lease, "end", "engine")
	if unverified(m, a, result) == "" && i.awake(ctx, m, "engine", true) == "" {
		m.mu.Lock()
		m.laid = false
		m.mu.Unlock()
	}
}

func (i *Injection) inject(ctx context.Context, m *member) error {
	m.mu.Lock()
	m.dispatched, m.state = true, record.Injecting
	m.mu.Unlock()
	if err := i.released(ctx, m); err != nil {
		return err
	}
	a, result := i.sayInject(ctx, m, 45*time.Second)
	if result.State == remote.NotStarted {
		// The one case in which it is certain that nothing was handed over.
		m.mu.Lock()
		m.dispatched = false
		m.mu.Unlock()
		return i.missed(m, record.Failed, why(result), result.Err)
	}
	if m.scripts.Reboots && !a.has("fenced") && !a.has("halted") {
		return i.rebooted(ctx, m)
	}
	if result.State != remote.Done {
		return i.missed(m, record.Unknown, "dispatched, its end was not seen: "+why(result), ErrUnknown)
	}
	return i.judge(ctx, m, a)
}

// sayInject gives the word to what stands by on the node, or hands the inject
// over whole where nothing does.
func (i *Injection) sayInject(ctx context.Context, m *member, timeout time.Duration) (answer, remote.Result) {
	if s := m.takeStandby(); s != nil {
		defer s.Close()
		asked := i.life.deps.Clock.Now()
		if result, told := s.Tell(ctx, []byte("inject\n"), timeout); told {
			return i.hear(m, i.life.clockOf(m.target.Node.Name), asked, result)
		}
	}
	return i.call(ctx, m, timeout, "inject")
}

// judge reads the guard's answer to an inject.
func (i *Injection) judge(ctx context.Context, m *member, a answer) error {
	if reason, ok := a.get("fenced"); ok {
		return errors.Join(i.missed(m, record.Fenced, reason, ErrFenced), stopped(a))
	}
	if reason, ok := a.get("halted"); ok {
		return i.missed(m, record.Refused, "halted: "+reason, ErrHalted)
	}
	if reason, ok := a.get("failed"); ok {
		return i.missed(m, record.Unknown, "inject failed half way: "+reason, ErrUnknown)
	}
	effect, seen := a.get("effect")
	for asked := i.life.deps.Clock.Now(); !seen; effect, seen = a.get("effect") {
		if i.life.deps.Clock.Now()-asked > seenWithin || ctx.Err() != nil {
			return i.missed(m, record.Unknown, fmt.Sprintf("injected, but its effect was not seen within %s", seenWithin), ErrUnknown)
		}
		var result remote.Result
		if a, result = i.call(ctx, m, 0, "observe", "40"); result.State != remote.Done {
			if err := pause(ctx, poll); err != nil {
				return i.missed(m, record.Unknown, why(result), ErrUnknown)
			}
		}
		if reason, gone := a.get("fenced"); gone {
			return i.goneMeanwhile(m, reason)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state, m.effect = record.Held, effect
	return nil
}

// goneMeanwhile is for a fault of which nothing is left on the node before its
// effect was seen: the node's own stamps say whether it was let through.
func (i *Injection) goneMeanwhile(m *member, reason string) error {
	if touched, unsure := m.touched(); touched || unsure {
		return i.missed(m, record.Unknown, "injected, and undone before its effect was seen", ErrUnknown)
	}
	return i.missed(m, record.Fenced, reason, ErrFenced)
}

// goneWithin is how long a node may answer that has been told to boot anew: what
// stops it in good order may have ended the inject too.
const goneWithin = 10 * time.Second

// rebooted waits until a node that boots anew can tell that it has: nobody could
// see it before. That it does not answer is no proof, nor that the inject was cut
// off on the way down; only the guard's own stamp says that it failed.
func (i *Injection) rebooted(ctx context.Context, m *member) error {
	for asked := i.life.deps.Clock.Now(); ; {
		_, result := i.call(ctx, m, 5*time.Second, "report")
		if stamp, ok := m.stamped("held"); ok {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.state, m.effect = record.Held, stamp.Text
			return nil
		}
		_, failed := m.stamped("inject-failed")
		if failed && result.State == remote.Done && i.life.deps.Clock.Now()-asked > goneWithin {
			return i.missed(m, record.Unknown, "inject failed half way", ErrUnknown)
		}
		if _, undone := m.stamped("undone"); undone {
			return i.goneMeanwhile(m, "the inject was ended before it began")
		}
		if i.life.deps.Clock.Now()-asked > BootMost || pause(ctx, poll) != nil {
			return i.missed(m, record.Unknown, fmt.Sprintf("dispatched, and it was not seen that the node has booted anew, within %s", BootMost), ErrUnknown)
		}
	}
}

// stopped is ErrHalted when the node says that it was halted, which may be why
// nothing of the fault is left there.
func stopped(a answer) error {
	if reason, ok := a.get("halted"); ok {
		return fmt.Errorf("%w: %s", ErrHalted, reason)
	}
	return nil
}

// missed records that a target does not hold the fault, and why.
func (i *Injection) missed(m *member, state record.FaultState, reason string, cause error) error {
	m.set(state, reason)
	e := m.event(i.spec.Name)
	i.life.emit(record.Event{Target: &e})
	return fmt.Errorf("%w: %s", cause, reason)
}

func (i *Injection) any(state record.FaultState) bool {
	for _, m := range i.members {
		if m.is(state) {
			return true
		}
	}
	return false
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// pause waits, or says why it was cut short.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errors.Join(ctx.Err(), context.Cause(ctx))
	}
}

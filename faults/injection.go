package faults

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Why a target was not injected, or is no longer.
var (
	ErrOrder   = errors.New("fault step is out of turn")
	ErrRefused = errors.New("refused")
	ErrFenced  = errors.New("fenced")  // the node had undone it, or its lease was too short
	ErrHalted  = errors.New("halted")  // eris halt forbade it on the node
	ErrUnknown = errors.New("unknown") // dispatched, its effect not seen
	ErrStuck   = errors.New("stuck")   // the undo could not be verified
)

// Injection is one fault's life on all of its targets, which go through each
// step at once. One goroutine drives it; see the package comment for the order.
type Injection struct {
	life    *Lifecycle
	spec    Spec
	id      string
	members []*member

	sparing sync.WaitGroup // of targets that are disarmed while others are struck

	mu    sync.Mutex
	state record.FaultState
}

// TargetStatus is what is known of one target.
type TargetStatus struct {
	Target Target
	State  record.FaultState
	Reason string // why it is not as it should be
	Effect string // as observed
	By     string // who undid it
}

// ID is the fault's id in the journal.
func (i *Injection) ID() string { return i.id }

// Name is the fault's name in the scenario.
func (i *Injection) Name() string { return i.spec.Name }

// State is the whole fault's step.
func (i *Injection) State() record.FaultState {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.state
}

// Targets tells how each target stands.
func (i *Injection) Targets() []TargetStatus {
	status := make([]TargetStatus, 0, len(i.members))
	for _, m := range i.members {
		status = append(status, m.status())
	}
	return status
}

// begin checks that a step's turn has come.
func (i *Injection) begin(step string, from ...record.FaultState) error {
	if state := i.State(); !slices.Contains(from, state) {
		return fmt.Errorf("%s fault %s while %s: %w", step, i.spec.Name, state, ErrOrder)
	}
	return nil
}

// enter makes a new state known.
func (i *Injection) enter(state record.FaultState, reason string) {
	i.mu.Lock()
	i.state = state
	i.mu.Unlock()
	i.life.emit(record.Event{Fault: i.event(state, reason)})
}

func (i *Injection) event(state record.FaultState, reason string) *record.FaultEvent {
	return &record.FaultEvent{Name: i.spec.Name, ID: i.id, State: state, Reason: reason}
}

// each runs a step on every member at once and joins what failed.
func (i *Injection) each(step func(m *member) error) error {
	wrong := make([]error, len(i.members))
	var group sync.WaitGroup
	for n, m := range i.members {
		group.Go(func() {
			if err := step(m); err != nil {
				wrong[n] = fmt.Errorf("%s on %s: %w", i.spec.Name, m.target.Ref(), err)
			}
		})
	}
	group.Wait()
	return errors.Join(wrong...)
}

// call hands a verb to the member's guard on its node.
func (i *Injection) call(ctx context.Context, m *member, timeout time.Duration, verb string, args ...string) (answer, remote.Result) {
	if m.kept() {
		ctx, cancel := context.WithTimeout(ctx, cmp.Or(timeout, 10*time.Second))
		defer cancel()
		asked := i.life.deps.Clock.Now()
		return i.hear(m, m.clock, asked, i.life.deps.Keeper.Call(ctx, m.target.ID, verb, args...))
	}
	args = append([]string{verb, m.target.ID}, args...)
	return i.ask(ctx, m, remote.Command{Script: script.Call(), Args: args, Root: true, Timeout: timeout})
}

// ask runs a script on the member's node and takes in what every answer tells:
// the node's clock and the fault's stamps.
func (i *Injection) ask(ctx context.Context, m *member, cmd remote.Command) (answer, remote.Result) {
	asked := i.life.deps.Clock.Now()
	return i.hear(m, i.life.clockOf(m.target.Node.Name), asked, i.life.deps.Runner.Run(ctx, m.target.Node.Name, cmd))
}

func (i *Injection) hear(m *member, clock *nodeClock, asked time.Duration, result remote.Result) (answer, remote.Result) {
	a := parse(result.Stdout)
	if result.State == remote.Done {
		clock.learn(a, asked, i.life.deps.Clock.Now())
		if clock != i.life.clockOf(here) {
			for _, e := range clock.news(m.target.Node.Name, false) {
				i.life.emit(record.Event{Clock: &e})
			}
		}
	}
	for _, stamp := range m.news(a.stamps()) {
		i.tell(m, stamp)
	}
	return a, result
}

// tellClock records the clock of a member's node as it was measured last, unless that was told.
func (i *Injection) tellClock(m *member) {
	for _, e := range i.life.clockOf(m.target.Node.Name).news(m.target.Node.Name, true) {
		i.life.emit(record.Event{Clock: &e})
	}
}

// tell records a node's own stamp.
func (i *Injection) tell(m *member, stamp Stamp) {
	e := m.event(i.spec.Name)
	e.NodeAt, e.Bound = m.clock.at(stamp)
	switch stamp.Event {
	case "injecting":
		e.State = record.Injecting
	case "held":
		e.State, e.Effect, e.Sizes = record.Held, stamp.Text, Observed(i.spec.Fault, stamp.Text)
	case "ended":
		e.State, e.By, e.Reason = record.Undoing, stamp.By, "it ended by itself: "+stamp.Text
	case "undoing":
		if !m.begun() {
			return // undone at boot to be sure, and nothing was ever handed over
		}
		e.State, e.By = record.Undoing, stamp.By
	case "inject-failed", "undo-failed":
		e.State, e.Reason = record.Unknown, stamp.Event+" "+stamp.Text
	case "stuck":
		e.State, e.By = record.Stuck, stamp.By
	default:
		return // told by the step that it belongs to
	}
	i.life.emit(record.Event{Target: &e})
}

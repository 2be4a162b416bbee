package faults

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// poll is how often a step that waits for a node asks it.
const poll = 250 * time.Millisecond

// Undo ends the fault in whatever state it is and proves it: the undo has run,
// the fingerprint is as before, the service is healthy; only then the dead-man
// is taken down. While that is not so it undoes again each lease, as the node
// does by itself, until three leases after the TTL; then the target is stuck,
// with the commands for a person in the journal, and the error is ErrStuck.
//
// ctx should be detached from whatever was interrupted, with a deadline of its
// own if the caller cannot wait so long. by is engine or halt. A fault that was
// never fired is disarmed and becomes skipped, for the reason given.
func (i *Injection) Undo(ctx context.Context, by, reason string) error {
	i.sparing.Wait()
	fired := true
	switch i.State() {
	case record.Undone, record.SelfHealed:
		return nil
	case record.Planned, record.Preflight:
		i.enter(record.Skipped, reason)
		return nil
	case record.Armed:
		fired = false
		i.enter(record.Skipped, reason)
	case record.Refused, record.Skipped, record.Failed:
		fired = false
	default:
		i.enter(record.Undoing, reason)
	}
	err := i.each(func(m *member) error { return i.undo(ctx, m, by) })
	if err == nil && !fired {
		return i.life.Err()
	}
	if err != nil {
		i.enter(record.Stuck, err.Error())
		return fmt.Errorf("undo fault: %w", errors.Join(err, i.life.Err()))
	}
	i.enter(i.end(), i.irreversible())
	return i.life.Err()
}

// irreversible is why the end proves nothing, where nothing took the fault back.
func (i *Injection) irreversible() string {
	for _, m := range i.members {
		if m.is(record.Unknown) && m.scripts.Irreversible != "" {
			return m.status().Reason
		}
	}
	return ""
}

// end is the whole fault's last state when every undo was verified: what the
// targets agree on, and undone as soon as one of them needed it.
func (i *Injection) end() record.FaultState {
	for _, state := range []record.FaultState{record.Undone, record.SelfHealed, record.Unknown, record.Fenced, record.Refused} {
		if i.any(state) {
			return state
		}
	}
	return record.Failed
}

func (i *Injection) undo(ctx context.Context, m *member, by string) error {
	m.dismiss()
	m.mu.Lock()
	laid, deadline := m.laid, m.deadline
	m.mu.Unlock()
	if !laid {
		return nil
	}
	clock := i.life.deps.Clock
	verb, again, healed := "end", time.Duration(0), false
	var proof []string              // of what the keeper cannot know
	byHand, told := remedyOf(m), "" // told is what was wrong by the target's last answer
	if m.away() {
		deadline += BootMost
	}
	if m.scripts.Reboots { // its services have that long from the boot, which may just have been
		deadline = max(deadline, clock.Now()+BootMost)
	}
	for {
		if verb == "end" {
			again = clock.Now() + i.spec.Timing.Lease
		}
		a, result := i.call(ctx, m, 30*time.Second, verb, append([]string{by}, proof...)...)
		healed = healed || a.has("healed")
		if advice, is := a.get("remedy"); is { // by what the keeper has found
			byHand = advice
		}
		problem := unverified(m, a, result)
		switch {
		case result.State == remote.Done:
			told = problem
		case told != "":
			problem = told + "; no answer since: " + problem
		}
		if m.kept() && problem == "" {
			problem = i.returned(ctx, m)
		}
		asleep := i.awake(ctx, m, by, problem == "")
		problem = cmp.Or(problem, asleep)
		if problem == "" {
			i.verified(m, healed && !m.seen.lost) // who lost it is not known, and was told
			i.forgotten(ctx, m)
			return nil
		}
		if clock.Now() > deadline || pause(ctx, poll) != nil {
			return i.stuck(m, problem, byHand)
		}
		if verb = "verify"; clock.Now() >= again {
			verb = "end"
		}
		if a.has("late") && i.booted(ctx, m) {
			verb, proof = "end", []string{"booted"}
		}
	}
}

// unverified says what is still wrong, or nothing. That a node knows nothing
// of the fault is proof only together with its stamp: a host that was
// installed anew knows nothing either.
func unverified(m *member, a answer, result remote.Result) string {
	if result.State != remote.Done {
		return why(result)
	}
	if a.has("verified") {
		return ""
	}
	if state, _ := a.get("state"); state == "gone" {
		if _, ok := m.stamped("verified"); ok {
			return ""
		}
		if _, ok := m.stamped("armed"); !ok {
			return "" // arming was never let through, so nothing was laid
		}
		return "nothing is left of the fault on the node, not even the stamp of its undo"
	}
	if diff := Differences(a.all("before"), a.all("after")); len(diff) > 0 {
		return "the fingerprint differs: " + strings.Join(diff, ", ")
	}
	if reason, ok := a.get("unhealthy"); ok {
		return "not healthy: " + reason
	}
	state, _ := a.get("state")
	return "the fault is " + state
}

func (i *Injection) verified(m *member, healed bool) {
	m.mu.Lock()
	dispatched, state := m.dispatched, m.state
	m.mu.Unlock()
	touched, unsure := m.touched()
	switch {
	case !dispatched && !touched:
		return // it was only armed; its state and reason stand
	case !touched && (state == record.Fenced || state == record.Refused):
		return // the node let no inject through
	case !touched && !unsure:
		m.set(record.Failed, "dispatched, but the node never let it through")
	case m.scripts.Irreversible != "":
		healed = false
		m.set(record.Unknown, "irreversible: "+m.scripts.Irreversible)
	case healed:
		m.set(record.SelfHealed, "")
	default:
		m.set(record.Undone, "")
	}
	e := m.event(i.spec.Name)
	if healed {
		e.By = "cloud"
	}
	if stamp, ok := m.stamped("undone"); ok {
		e.NodeAt, e.Bound = m.clock.at(stamp)
	}
	e.Fingerprint = m.fingerprint()
	i.life.emit(record.Event{Target: &e})
	i.tellClock(m)
}

// stuck leaves the commands for a person in the journal.
func (i *Injection) stuck(m *member, problem, byHand string) error {
	m.set(record.Stuck, problem)
	e := m.event(i.spec.Name)
	i.life.emit(record.Event{Target: &e})
	i.life.emit(record.Event{Residue: &record.Residue{
		Node: m.target.Node.Name, What: "fault " + m.target.ID + ": " + problem, Remedy: byHand,
	}})
	return fmt.Errorf("%w: %s", ErrStuck, problem)
}

// remedy is what a person types on the node, as root.
func remedy(id string) string {
	return fmt.Sprintf("sh /run/eris/%[1]s/guard.sh end %[1]s heal || sh /var/lib/eris/%[1]s/guard.sh end %[1]s heal", id)
}

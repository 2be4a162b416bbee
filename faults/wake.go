package faults

import (
	"context"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

// A node that shuts down (node.shutdown) keeps its fault itself, as one that boots
// anew does: its own fence, its own boot, its own proof. A Keeper stands beside it
// and switches it on. It is armed before the node and let go of when the node has
// proven that all is as before; in between it has a lease as the node has.

// Wake is the Outside of a node that its Inject leaves off.
const Wake = "on"

// Watching is the first stamp of a keeper that only switches on: the fault's own
// are the node's.
const Watching = "watching"

// beside asks the keeper that stands beside a node's own guard.
func (i *Injection) beside(ctx context.Context, m *member, verb string, args ...string) (answer, remote.Result) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	result := i.life.deps.Keeper.Call(ctx, m.target.ID, verb, args...)
	return parse(result.Stdout), result
}

// watched arms the keeper that will switch the node on, and says why it could not.
func (i *Injection) watched(ctx context.Context, m *member) (problem string) {
	if !m.woken() {
		return ""
	}
	result := i.life.deps.Keeper.Arm(ctx, i.life.order(m, i.spec.Timing))
	a := parse(result.Stdout)
	if !result.OK() {
		return why(result)
	}
	if reason, refused := a.get("refused"); refused {
		return reason
	}
	if err := proveTimers(a); err != nil {
		return "who switches it on: " + err.Error()
	}
	return ""
}

// released is the keeper's own fence, before the node's: from here on it switches
// the node on as soon as it has been off for long enough.
func (i *Injection) released(ctx context.Context, m *member) error {
	if !m.woken() {
		return nil
	}
	a, result := i.beside(ctx, m, "inject")
	if result.State != remote.Done {
		return i.missed(m, record.Failed, "who switches it on gives no answer: "+why(result), ErrUnknown)
	}
	if reason, ok := a.get("halted"); ok {
		return i.missed(m, record.Refused, "halted: "+reason, ErrHalted)
	}
	for _, key := range []string{"fenced", "failed"} {
		if reason, ok := a.get(key); ok {
			return i.missed(m, record.Fenced, "who switches it on: "+reason, ErrFenced)
		}
	}
	return nil
}

// watching renews the lease of who switches the node on. Before the node was told
// to go, one that does not watch any more is a reason to end; after it, there is
// nothing better to do than to ask again: the keeper switches it on meanwhile.
func (i *Injection) watching(ctx context.Context, m *member) (reason string) {
	if !m.woken() {
		return ""
	}
	a, result := i.beside(ctx, m, "renew")
	m.mu.Lock()
	told := m.dispatched
	m.mu.Unlock()
	if fenced, ok := a.get("fenced"); ok && result.State == remote.Done && !told {
		return "who switches it on: " + fenced
	}
	return ""
}

// awake lets go of who switches the node on, and says what keeps it. proven tells
// that the node itself has proven that it is over: it has booted, or was never told
// to go. Otherwise one that is on may go yet, and one that is off is switched on.
func (i *Injection) awake(ctx context.Context, m *member, by string, proven bool) (problem string) {
	if !m.woken() {
		return ""
	}
	args := []string{by}
	if proven {
		args = append(args, "proven")
	}
	a, result := i.beside(ctx, m, "end", args...)
	if result.State != remote.Done {
		return "who switches it on: " + why(result)
	}
	state, _ := a.get("state")
	if state != "gone" {
		reason, _ := a.get("unhealthy")
		return fmt.Sprintf("who switches it on is %s %s", state, reason)
	}
	if !proven {
		return ""
	}
	for _, stamp := range a.stamps() {
		if stamp.Event == "ended" {
			i.life.emit(record.Event{Note: &record.Note{Level: "info", Text: fmt.Sprintf(
				"%s on %s: %s", i.spec.Name, m.target.Ref(), stamp.Text)}})
		}
	}
	return ""
}

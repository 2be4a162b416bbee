package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
)

// drills takes a fault of a rehearsal, when it has lived, through what its undo must stand beside that. What it stood is
// told as the fault's reason; where it did not, or where that could not be seen,
// the fault ends as unknown, and false is returned. A fault that nothing takes
// back has nothing to stand, one that takes its node away would cost a boot for
// each, and one that is kept from outside has no script to be undone by.
func (r *Run) drills(ctx context.Context, l *life, took time.Duration) bool {
	if !r.Rehearsal || l.injection.Away() || l.injection.Outside() || l.planned.Irreversible != "" {
		return true
	}
	var stood []string
	for _, drill := range faults.Drills() {
		if !r.settle(ctx, l) {
			return r.unstood(l, fmt.Errorf("its targets did not become healthy before it was %s", drill))
		}
		told, err := r.lifecycle.Drill(ctx, r.specOf(l.planned), drill, took, func(ctx context.Context) (faults.Aim, error) {
			r.ledger.Release(l.spec.Name) // the fault itself is over, and this is it again
			return r.admit(ctx, l)
		})
		if idle, is := l.spec.Fault.(idler); is && err != nil && idle.Idle(err) {
			told, err = fmt.Sprintf("not %s, since nothing is left to strike (%v)", drill, err), nil
		}
		if err != nil {
			return r.unstood(l, err)
		}
		stood = append(stood, told)
	}
	r.event(record.Event{Fault: &record.FaultEvent{
		Name: l.spec.Name, ID: l.injection.ID(), State: l.injection.State(), Reason: "stood too: " + strings.Join(stood, ", "),
	}})
	return true
}

// idler is a kind of fault that may find nothing to strike, as one that ends connections.
type idler interface{ Idle(err error) bool }

// unstood tells what a fault did not stand.
func (r *Run) unstood(l *life, err error) bool {
	r.event(record.Event{Fault: &record.FaultEvent{Name: l.spec.Name, ID: l.injection.ID(), State: record.Unknown, Reason: "in rehearsal: " + err.Error()}})
	return false
}

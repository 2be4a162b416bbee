package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// releaseMost bounds giving the claim back.
const releaseMost = 15 * time.Second

// prepare runs every fault's preflight and claims the run on the nodes of
// every group that it touches. It touches nothing of the cloud; what is wrong
// is a *Veto that names it. The returned function gives the claim back.
func (r *Run) prepare(ctx context.Context, stop context.CancelCauseFunc) (release func(), err error) {
	r.lifecycle = faults.New(
		faults.Deps{Runner: r.Nodes, Journal: r.Record, Clock: r.clock, Keeper: r.Keeper},
		faults.Run{ID: r.Record.ID(), Owner: r.Owner, Kind: r.plan.Inventory.Kind, Chaos: r.plan.Inventory.Chaos},
	)
	for _, planned := range r.plan.Faults {
		if err := r.adopt(planned); err != nil {
			return nil, &Veto{Err: err}
		}
	}
	if err := errors.Join(r.preflight(ctx), r.checkAccess(ctx), r.checkCaptures(ctx)); err != nil {
		return nil, &Veto{Err: err}
	}
	lease := r.longestLease()
	if err := r.lifecycle.Claim(ctx, r.touchedNodes(), lease); err != nil {
		return nil, &Veto{Err: err}
	}
	// Who holds a claim is named by it; what is left without one is asked for.
	if err := r.foreign(ctx); err != nil {
		r.lifecycle.Release(ctx)
		return nil, &Veto{Err: err}
	}
	// Kept until the last undo is verified, also after an interrupt.
	let := beside(context.WithoutCancel(ctx), func(ctx context.Context) {
		r.lifecycle.KeepClaim(ctx, lease, func(err error) {
			cause := "error"
			if errors.Is(err, faults.ErrHalted) {
				cause = "halt"
			}
			stop(&Stopped{Cause: cause, Reason: err.Error()})
		})
	})
	return func() {
		let()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseMost)
		defer cancel()
		r.lifecycle.Release(ctx)
	}, nil
}

// adopt makes the life of a planned fault.
func (r *Run) adopt(planned *scenarios.PlannedFault) error {
	spec := r.plan.Spec.FaultByName(planned.Name)
	l := &life{
		spec: spec, planned: planned, progress: newProgress(),
		armed: make(chan error, 1), events: map[scenarios.Event]time.Duration{},
	}
	injection, err := r.lifecycle.Injection(r.specOf(planned))
	l.injection = injection
	r.faults[spec.Name] = l
	r.order = append(r.order, l)
	return err
}

// specOf is a planned fault as the lifecycle takes it.
func (r *Run) specOf(planned *scenarios.PlannedFault) faults.Spec {
	spec := r.plan.Spec.FaultByName(planned.Name)
	return faults.Spec{Name: spec.Name, Fault: spec.Fault, Targets: r.plan.Targets(planned), Timing: planned.Timing()}
}

// preflight of all faults, so that everything that is wrong is told at once.
func (r *Run) preflight(ctx context.Context) error {
	wrong := make([]error, len(r.order))
	var group sync.WaitGroup
	for i, l := range r.order {
		group.Go(func() { wrong[i] = l.injection.Preflight(ctx) })
	}
	group.Wait()
	return errors.Join(wrong...)
}

// foreign refuses to begin while a fault of another run is still on a node of
// these groups, also after that run's claim has ended: what it holds down is
// not ours to count on.
func (r *Run) foreign(ctx context.Context) error {
	var wrong []error
	for _, d := range faults.Doctor(ctx, r.Nodes, r.touchedNodes()) {
		if d.Err != nil {
			continue // preflight names the targets; others count as down
		}
		for _, left := range d.Residue {
			wrong = append(wrong, fmt.Errorf("%s: %s is still there; eris heal undoes it", d.Node, left.What))
		}
	}
	return errors.Join(wrong...)
}

func (r *Run) longestLease() time.Duration {
	lease := faults.MinLease
	for _, l := range r.order {
		lease = max(lease, l.planned.Lease)
	}
	return lease
}

// touchedNodes are those of every member of every group touched: a second run
// in one of these groups would share our budget without knowing.
func (r *Run) touchedNodes() []string {
	var nodes []string
	seen := map[string]bool{}
	add := func(ref inventory.Ref) {
		if !seen[ref.Node] {
			seen[ref.Node] = true
			nodes = append(nodes, ref.Node)
		}
	}
	for _, group := range r.watched {
		for _, member := range group.Members {
			add(member.Ref)
		}
	}
	for _, ref := range targets(r.plan) {
		add(ref)
	}
	return nodes
}

// watchRecord stops the run when its record can no longer be written: what it
// does would not be known afterwards.
func (r *Run) watchRecord(ctx context.Context, stop context.CancelCauseFunc) {
	select {
	case <-ctx.Done():
	case <-r.Record.Failed():
		stop(&Stopped{Cause: "error", Reason: r.Record.Err().Error()})
	}
}

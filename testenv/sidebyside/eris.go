package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory/remote"
)

// engine is Eris: the same lifecycle, SSH and record on disk as of a run. Only
// the budget is not asked: all members of a group at once are more than it
// admits, by design, and a run would refuse.
type engine struct {
	place     *place
	pool      *remote.Pool
	journal   *record.Writer
	lifecycle *faults.Lifecycle
	kept      chan struct{}         // closed when the claim is no longer
	lost      atomic.Pointer[error] // the last trouble of the claim
	let       func()
}

const claimLease = 30 * time.Second

func openEris(ctx context.Context, p *place, work string) (*engine, error) {
	pool, err := remote.NewPool(p.cloud, remote.Options{})
	if err != nil {
		return nil, err
	}
	clock := record.NewClock()
	journal, err := record.Create(filepath.Join(work, "runs"), record.Meta{Scenario: "sidebyside", Clock: clock})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	lifecycle := faults.New(faults.Deps{Runner: pool, Journal: journal, Clock: clock},
		faults.Run{ID: journal.ID(), Owner: "sidebyside", Kind: p.cloud.Kind})
	if err := lifecycle.Claim(ctx, p.names(), claimLease); err != nil {
		return nil, errors.Join(err, journal.Close(), pool.Close())
	}
	e := &engine{place: p, pool: pool, journal: journal, lifecycle: lifecycle, kept: make(chan struct{})}
	ctx, e.let = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(e.kept)
		lifecycle.KeepClaim(ctx, claimLease, func(err error) { e.lost.Store(&err) })
	}()
	return e, nil
}

func (e *engine) close(ctx context.Context) error {
	e.let()
	<-e.kept
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	e.lifecycle.Release(ctx)
	var lost error
	if err := e.lost.Load(); err != nil {
		lost = *err
	}
	return errors.Join(lost, e.journal.Close(), e.pool.Close())
}

// strike kills the service once on all nodes. The trigger comes where a run's
// does, when all is armed; what is before it counts into whole.
func (e *engine) strike(ctx context.Context) (s strike, err error) {
	kill := service.NewKill()
	kill.KeepDown = false // systemd restarts it, as after a kill of os-faults
	spec := faults.Spec{Name: eris, Fault: kill, Timing: faults.NewTiming(0, 10*time.Second, 0)}
	for _, node := range e.place.nodes {
		spec.Targets = append(spec.Targets, faults.Target{Node: node, Service: e.place.service, Cloud: e.place.cloud})
	}
	injection, err := e.lifecycle.Injection(spec)
	if err != nil {
		return s, err
	}
	s.begun = time.Now()
	if err := injection.Preflight(ctx); err != nil {
		return s, err
	}
	defer func() {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if undone := injection.Undo(undo, "engine", "the strike is over"); undone != nil {
			err = errors.Join(err, fmt.Errorf("take the kill back: %w", undone))
		}
	}()
	if err := injection.Arm(ctx); err != nil {
		return s, err
	}
	s.command = time.Now()
	err = injection.Fire(ctx, func(context.Context) (faults.Aim, error) { return faults.Aim{}, nil })
	s.returned = time.Now()
	return s, err
}

package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// Sender sends a load: a *loadgen.Runner here, or workers elsewhere.
type Sender interface {
	Run(ctx context.Context) (loadgen.Totals, error)
	End()
	Change(to loadgen.Change) (at time.Duration, rate loadgen.Rate, err error)
	Live() *loadgen.Live
}

// Workers are other processes that send loads; package workers has them.
type Workers interface {
	Senders
	Leaving
	// Join waits for the workers and asks what they lack. Nothing is touched.
	Join(ctx context.Context, microversions map[string]string) error
	// Begin has all loads that are open begin at one moment, by the run's clock, and returns it
	// before it comes. It comes once, before they are run.
	Begin(ctx context.Context) time.Duration
	// Hopeless has stop called when no iteration of a load can succeed.
	Hopeless(stop func(why string))
}

// Leaving is how workers are let go.
type Leaving interface {
	// Account writes down what became of each worker's part. It comes once, before Close.
	Account(ctx context.Context)
	// Close removes what the loads made, and lets the workers go.
	Close(ctx context.Context) error
}

// Senders send loads elsewhere.
type Senders interface {
	// Own is why the run has to send a load itself; empty when workers send it.
	Own(load *scenarios.Load) string
	// Open prepares a load; seed is that of its stream.
	Open(ctx context.Context, load *scenarios.Load, seed int64, sink loadgen.Sink) (Sender, error)
	// Stop stops all loads.
	Stop()
	// Check looks at what loads have kept, as loadgen.Group.Check does, for at most so long.
	Check(ctx context.Context, most time.Duration) map[string]loadgen.Kept
	// Unasked says, of a run that did not come to that, whose kept work nobody can ask for any more.
	Unasked() map[string]loadgen.Kept
}

// away tells whether workers send a load.
func (r *Run) away(load *scenarios.Load) bool { return r.Workers != nil && r.Workers.Own(load) == "" }

// joinWorkers waits for those that are to send loads. What is wrong is a *Veto.
func (r *Run) joinWorkers(ctx context.Context) error {
	if r.Workers == nil {
		return nil
	}
	any := false
	for _, l := range r.plan.Spec.Loads {
		if why := r.Workers.Own(l); why != "" {
			r.event(record.Event{Note: &record.Note{Level: "info", Text: fmt.Sprintf("load %s is sent by the run itself, and not by its workers: %s", l.Name, why)}})
		} else {
			any = true
		}
	}
	if !any {
		return &Veto{Err: errors.New("there is no load that workers could send")}
	}
	r.Workers.Hopeless(func(why string) { r.stop(&Stopped{Cause: "condition", Reason: why}) })
	if err := r.Workers.Join(ctx, r.plan.Spec.Microversions); err != nil {
		return &Veto{Err: err}
	}
	return nil
}

// beginTogether waits for the moment at which the run begins, and returns it: it is the one from
// which the workers count their arrivals, however late this process wakes for it. A run that is
// stopped before, which says so by itself, or has no workers begins now.
func (r *Run) beginTogether(ctx context.Context) time.Duration {
	if r.Workers != nil {
		if agreed := r.Workers.Begin(ctx); r.until(ctx, agreed) == nil {
			return agreed
		}
	}
	return r.clock.Now()
}

// leaveWorkers lets them go, with what became of their parts; what they may have left is
// residue.
func (r *Run) leaveWorkers(ctx context.Context) {
	if r.Workers == nil {
		return
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.accountsMost(closeMost)+closeMost)
	defer cancel()
	r.Workers.Account(closing)
	if err := r.Workers.Close(closing); err != nil {
		r.event(record.Event{Residue: &record.Residue{What: err.Error(), Remedy: r.cleanup()}})
	}
}

// stopLoads stops all loads, wherever they are sent.
func (r *Run) stopLoads() {
	r.loads.Stop()
	if r.Workers != nil {
		r.Workers.Stop()
	}
}

// endLoads ends them.
func (r *Run) endLoads() {
	r.loads.End()
	for _, s := range r.sent {
		if r.away(s.spec) {
			s.runner.End()
		}
	}
}

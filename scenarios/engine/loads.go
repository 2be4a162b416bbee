package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// closeMost bounds what removing a load's resources may take after the run.
const closeMost = 2 * time.Minute

// openLoads prepares every load; nothing is sent yet.
func (r *Run) openLoads(ctx context.Context) error {
	for _, spec := range r.plan.Spec.Loads {
		sink, err := r.Record.Load(spec.Name)
		if err != nil {
			return err
		}
		load := loadgen.Load{Name: spec.Name, Workload: spec.Workload, Spec: spec.Spec, Env: r.env(spec.Name)}
		if _, err := r.loads.Add(ctx, load, sink); err != nil {
			return err
		}
	}
	return nil
}

// env is what a workload may use; its random stream is named after the load.
func (r *Run) env(load string) loadgen.Env {
	env := r.Env
	env.Run = r.Record.ID()
	env.Load = load
	env.Seed = loadgen.StreamSeed(r.plan.Seed, load)
	env.Log = r.Log
	renewed := new(atomic.Int64)
	r.renewed[load] = renewed
	env.Reauthenticated = func() { renewed.Add(1) }
	return env
}

// startLoads sends until the returned function is called, which waits for what
// is in flight within the loads' own bounds.
func (r *Run) startLoads(ctx context.Context) (stop func() error) {
	for _, spec := range r.plan.Spec.Loads {
		started := &record.LoadEvent{Name: spec.Name, State: "started"}
		if spec.Spec.Arrivals != nil {
			started.Rate = float64(spec.Spec.Arrivals.Rate)
		}
		r.event(record.Event{Load: started})
	}
	over := make(chan error, 1)
	go func() {
		_, err := r.loads.Run(context.WithoutCancel(ctx))
		over <- err
	}()
	return func() error {
		r.loads.Stop()
		err := <-over
		for _, spec := range r.plan.Spec.Loads {
			r.event(record.Event{Load: &record.LoadEvent{Name: spec.Name, State: "stopped", Reauthenticated: r.renewed[spec.Name].Load()}})
		}
		return err
	}
}

// closeLoads removes what the loads made; what cannot be removed is residue.
func (r *Run) closeLoads(ctx context.Context) {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeMost)
	defer cancel()
	if err := r.loads.Close(closing); err != nil {
		r.event(record.Event{Residue: &record.Residue{What: err.Error()}})
	}
}

// join is errors.Join into a named result, for deferred steps.
func join(into *error, step func() error) { *into = errors.Join(*into, step()) }

package loadgen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/openstack-eris/eris/collectors/record"
)

// Group owns the loads of a run: it opens them, runs them side by side, stops
// and closes them. Add all loads, then Run once, then Close.
type Group struct {
	clock record.Clock

	mu      sync.Mutex
	runners map[string]*Runner
	order   []*Runner
}

// NewGroup returns an empty group on the run's clock.
func NewGroup(clock record.Clock) *Group {
	return &Group{clock: clock, runners: map[string]*Runner{}}
}

// Add opens a load; see Open. A second load of the same name is an error.
func (g *Group) Add(ctx context.Context, load Load, sink Sink) (*Runner, error) {
	if _, double := g.runner(load.Name); double {
		return nil, fmt.Errorf("add load %s: there is one of that name", load.Name)
	}
	r, err := Open(ctx, load, g.clock, sink)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.runners[load.Name] = r
	g.order = append(g.order, r)
	return r, nil
}

// Run runs all loads to their ends and returns their totals by name. A load
// that fails does not stop the others; ctx stops them all.
func (g *Group) Run(ctx context.Context) (map[string]Totals, error) {
	var running sync.WaitGroup
	runners := g.all()
	totals := make([]Totals, len(runners))
	errs := make([]error, len(runners))
	for i, r := range runners {
		running.Go(func() { totals[i], errs[i] = r.Run(ctx) })
	}
	running.Wait()
	byName := make(map[string]Totals, len(runners))
	for i, r := range runners {
		byName[r.load.Name] = totals[i]
	}
	return byName, errors.Join(errs...)
}

// Live is a load's figures; false when there is no load of that name.
func (g *Group) Live(name string) (*Live, bool) {
	r, ok := g.runner(name)
	if !ok {
		return nil, false
	}
	return r.Live(), true
}

// Stop stops all loads; Run returns within 100 ms.
func (g *Group) Stop() {
	for _, r := range g.all() {
		r.Stop()
	}
}

// Close closes the sessions of all loads, the last opened first. ctx should be
// detached from the run's and have a deadline of its own.
func (g *Group) Close(ctx context.Context) error {
	var errs []error
	runners := g.all()
	for _, runner := range slices.Backward(runners) {
		errs = append(errs, runner.Close(ctx))
	}
	return errors.Join(errs...)
}

func (g *Group) runner(name string) (*Runner, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, ok := g.runners[name]
	return r, ok
}

func (g *Group) all() []*Runner {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]*Runner(nil), g.order...)
}

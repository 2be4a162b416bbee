package loadgen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/openstack-eris/eris/collectors/record"
)

// Group owns the loads of a run: it opens them, ends or stops and closes them
// together. Their runners run side by side.
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

// Live is a load's figures; false when there is no load of that name.
func (g *Group) Live(name string) (*Live, bool) {
	r, ok := g.runner(name)
	if !ok {
		return nil, false
	}
	return r.Live(), true
}

// End ends all loads; see Runner.End.
func (g *Group) End() {
	for _, r := range g.all() {
		r.End()
	}
}

// Stop stops all loads; they have ended within 100 ms.
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

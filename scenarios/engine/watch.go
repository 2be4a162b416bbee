package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

// healthEvery is how often the health of every touched group is asked for the
// budget, on nodes with up to healthAtOnce of its services; more are asked less
// often, or asking would be the load: a probe is a handful of processes. A fault
// is admitted on health at most freshness old all the same; see freshen.
const (
	healthEvery  = time.Second
	healthAtOnce = 7
)

// healthName is the record's name of the collector that the budget needs.
const healthName = scenarios.HealthName

// watch starts the scenario's collectors and the one that the budget needs.
// The returned function ends them and waits.
func (r *Run) watch(ctx context.Context) (func() error, error) {
	watches := make([]collectors.Watch, 0, len(r.plan.Spec.Collectors)+1)
	for _, spec := range r.plan.Spec.Collectors {
		watches = append(watches, r.watcher(spec))
	}
	if len(r.watched) > 0 {
		vitals := r.vitalWatch()
		r.vitalEvery = vitals.Every
		watches = append(watches, vitals)
	}
	sinks := make([]*tee, len(watches))
	for i := range watches {
		w := &watches[i]
		file, err := r.Record.Signals(w.Name)
		if err != nil {
			return nil, fmt.Errorf("start collector %s: %w", w.Name, err)
		}
		sinks[i] = &tee{run: r, lasts: w.Lasts, file: file}
		w.Sink = sinks[i]
		if w.Name == healthName {
			r.vital = sinks[i]
		}
	}
	for _, w := range watches {
		r.signals.Expect(w)
	}
	for name, window := range r.plan.Spec.Windows {
		r.signals.Remember(name, window)
	}
	watching, done := context.WithCancelCause(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	always := r.others.watches()
	for i, w := range watches {
		if i < len(r.plan.Spec.Collectors) && r.plan.Spec.Collectors[i].Waits() {
			group.Go(func() { r.watchFor(watching, r.plan.Spec.Collectors[i], w) })
			continue
		}
		always = append(always, w)
	}
	group.Go(func() { collectors.Run(watching, r.Nodes, r.clock, always...) })
	return func() error {
		done(errRunEnds)
		group.Wait()
		var failed error
		for _, sink := range sinks {
			failed = errors.Join(failed, sink.failed)
		}
		return failed
	}, nil
}

// watchFor has a collector look from its start to its end, in sessions of its own.
func (r *Run) watchFor(ctx context.Context, spec *scenarios.Collector, w collectors.Watch) {
	who := "collector " + spec.Name
	told := func(state string, choice decision) {
		if !choice.fire {
			state = "skipped"
		}
		r.event(record.Event{Collect: &record.CollectEvent{Collector: spec.Name, State: state, Trigger: choice.why}})
	}
	if spec.Start != nil {
		choice := r.moment(ctx, who, *spec.Start, r.stop)
		told("begins", choice)
		if !choice.fire {
			return
		}
	}
	looking, over := context.WithCancel(ctx)
	defer over()
	if spec.End != nil {
		defer beside(looking, func(ctx context.Context) {
			choice := r.moment(ctx, who, *spec.End, r.stop)
			told("ends", choice) // or that it does not, and it looks on
			if choice.fire {
				over()
			}
		})()
	}
	collectors.Run(looking, r.Nodes, r.clock, w)
}

// watcher is a collector of the scenario on the nodes that it names, or that is asked
// from here.
func (r *Run) watcher(spec *scenarios.Collector) collectors.Watch {
	cloud := r.plan.Inventory
	w := collectors.Watch{Name: spec.Name, Collector: spec.Collector, Every: spec.Every, OpenStack: r.OpenStack}
	if spec.Direct() {
		return w
	}
	w.Services = selected(cloud, spec.On)
	planned := slices.IndexFunc(r.plan.Collectors, func(p scenarios.PlannedCollector) bool { return p.Name == spec.Name })
	for _, name := range r.plan.Collectors[planned].Nodes {
		w.Nodes = append(w.Nodes, cloud.NodeByName(name))
	}
	return w
}

// selected are the services of a node that a selector picks: those that it
// names, or all where it names nodes. Looking at others would cost the cloud
// under test what its load needs, and nobody has asked for it.
func selected(cloud *inventory.Cloud, on inventory.Selector) func(node string) []*inventory.Service {
	refs, err := cloud.Select(on)
	if err != nil || !slices.ContainsFunc(refs, func(ref inventory.Ref) bool { return ref.Service != "" }) {
		return cloud.ServicesOn // a selector that picks nothing was refused when the plan was made
	}
	return func(node string) []*inventory.Service {
		var services []*inventory.Service
		for _, ref := range refs {
			if ref.Node == node && ref.Service != "" {
				services = append(services, cloud.ServiceByName(ref.Service))
			}
		}
		return services
	}
}

// vitalWatch reads the health of the members of every touched group.
func (r *Run) vitalWatch() collectors.Watch {
	kind, _ := collectors.Catalogue().Lookup("service")
	services := map[string][]*inventory.Service{}
	w := collectors.Watch{
		Name: healthName, Collector: kind.New(), Every: healthEvery,
		Services: func(node string) []*inventory.Service { return services[node] },
	}
	for _, group := range r.watched {
		for _, m := range group.Members {
			if len(services[m.Node]) == 0 {
				w.Nodes = append(w.Nodes, r.plan.Inventory.NodeByName(m.Node))
			}
			service := r.plan.Inventory.ServiceByName(m.Service)
			if !slices.Contains(services[m.Node], service) {
				services[m.Node] = append(services[m.Node], service)
				w.Every = max(w.Every, healthEvery*time.Duration(len(services[m.Node])/healthAtOnce))
			}
		}
	}
	return w
}

// tee hands readings to the record and to the triggers.
type tee struct {
	run   *Run
	lasts func(node string) time.Duration
	file  *record.SignalWriter

	mu     sync.Mutex
	failed error
}

// Publish takes readings of one node as they come.
func (t *tee) Publish(_ context.Context, readings []record.Reading) {
	if len(readings) > 0 { // all of one node, or none of any that is watched
		t.run.signals.Publish(readings, t.lasts(readings[0].Labels["node"]))
	}
	if err := t.file.Write(readings...); err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.failed = err
	}
}

// Forget takes what is no more.
func (t *tee) Forget(series []record.Reading) { t.run.signals.Forget(series) }

// Collected takes a collector's word on itself.
func (t *tee) Collected(event record.CollectEvent) {
	t.run.event(record.Event{Collect: &event})
}

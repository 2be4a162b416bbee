package collectors

import (
	"context"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// staleAfter is how many intervals a value lasts, and a node may be silent,
// beside the time that a slow sweep may take.
const staleAfter = 3

// Watch is one collector at work, on nodes or, where it is Direct, from here.
type Watch struct {
	Name      string // the collector's name in the scenario
	Collector Collector
	Every     time.Duration
	Nodes     []*inventory.Node                      // none of a Direct
	Services  func(node string) []*inventory.Service // those of a node that it looks at; not asked for a Direct
	OpenStack func() (OpenStack, error)              // opens a login at the cloud for a Direct; nil: there is none
	Sink      Sink                                   // called from several goroutines
}

// services are those of a node; none of a Direct.
func (w Watch) services(node string) []*inventory.Service {
	if w.Services == nil {
		return nil
	}
	return w.Services(node)
}

// Lasts is how long a value of a node may be the newest one, and the node
// silent, before it is taken for a gap. Of a Direct there is no node.
func (w Watch) Lasts(node string) time.Duration {
	lasts := staleAfter * w.Every
	if slow, ok := w.Collector.(Slow); ok {
		lasts += slow.Slowest(w.services(node))
	}
	return lasts
}

// Run has all watches look until ctx ends. Those of a node share one session
// there, which is begun anew when it breaks, or when one of them falls silent and
// stays so; a Direct asks from here. It returns when all of its goroutines have ended.
// Failures go to the sink of the watch: a gap when values stop, resumed when they come
// again. A collector that Check refuses is a gap of all nodes.
func Run(ctx context.Context, source Source, clock record.Clock, watches ...Watch) {
	looks := map[string][]*look{}
	var running sync.WaitGroup
	for _, w := range watches {
		switch c := w.Collector.(type) {
		case Remote:
			for _, node := range w.Nodes {
				looks[node.Name] = append(looks[node.Name], newLook(w, c, node, clock))
			}
		case Direct:
			running.Go(func() { newAsking(w, c, clock).run(ctx) })
		default:
			w.refuse()
		}
	}
	for node, all := range looks {
		for _, some := range sessions(all) {
			running.Go(func() { (&session{node: node, source: source, looks: some}).run(ctx) })
		}
	}
	running.Wait()
}

// refuse reports a collector that nothing runs.
func (w Watch) refuse() {
	for _, node := range w.Nodes {
		w.Sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "gap", Error: Check(w.Collector).Error()})
	}
}

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

// Watch is one collector at work on nodes.
type Watch struct {
	Name      string // the collector's name in the scenario
	Collector Collector
	Every     time.Duration
	Nodes     []*inventory.Node
	Services  func(node string) []*inventory.Service // those of a node that it looks at
	Sink      Sink                                   // called from several goroutines
}

// Lasts is how long a value of a node may be the newest one, and the node
// silent, before it is taken for a gap.
func (w Watch) Lasts(node string) time.Duration {
	lasts := staleAfter * w.Every
	if slow, ok := w.Collector.(Slow); ok {
		lasts += slow.Slowest(w.Services(node))
	}
	return lasts
}

// Run has all watches look until ctx ends. Those of a node share one session
// there, which is begun anew when it breaks, or when one of them falls silent and
// stays so. It returns when all of its goroutines have ended. Failures go to the
// sink of the watch: a gap when a node's values stop, resumed when they come
// again. A collector that Check refuses is a gap of all nodes.
func Run(ctx context.Context, source Source, clock record.Clock, watches ...Watch) {
	looks := map[string][]*look{}
	for _, w := range watches {
		loop, ok := w.Collector.(Remote)
		for _, node := range w.Nodes {
			if ok {
				looks[node.Name] = append(looks[node.Name], newLook(w, loop, node, clock))
			} else {
				w.Sink.Collected(record.CollectEvent{Collector: w.Name, Node: node.Name, State: "gap", Error: Check(w.Collector).Error()})
			}
		}
	}
	var running sync.WaitGroup
	for node, all := range looks {
		for _, some := range sessions(all) {
			running.Go(func() { (&session{node: node, source: source, looks: some}).run(ctx) })
		}
	}
	running.Wait()
}

package engine

import (
	"context"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// othersEvery is how often the services are asked for their health that no fault
// of the run touches: seldom, since the budget does not rest on them. A node
// with more than healthAtOnce is asked for each less often still.
const othersEvery = 5 * time.Second

// others watches the services that have a health probe and are in no group that the
// run touches. What it reads is no signal of the scenario, which has not asked
// for it, and is kept apart; what follows from it is told as outages.
//
// A node's services are asked for in turns, each node beginning with another: to ask
// for all of them at once takes a second or more of the processors of a small cloud, and
// what a load feels then would be taken for the doing of a fault, or the services
// themselves, which cannot answer in time, for down.
type others struct {
	nodes    []*inventory.Node
	services map[string][]*inventory.Service // of each node, in the order of their turns
	health   *collectors.Signals
}

func newOthers(r *Run) *others {
	o := &others{health: collectors.NewSignals(r.clock), services: map[string][]*inventory.Service{}}
	if len(r.plan.Faults) == 0 {
		return o
	}
	for _, ref := range r.plan.Inventory.Probed() {
		if r.vitals[ref] {
			continue
		}
		if len(o.services[ref.Node]) == 0 {
			o.nodes = append(o.nodes, r.plan.Inventory.NodeByName(ref.Node))
		}
		o.services[ref.Node] = append(o.services[ref.Node], r.plan.Inventory.ServiceByName(ref.Service))
	}
	for i, node := range o.nodes {
		services := o.services[node.Name]
		first := i * len(services) / len(o.nodes)
		o.services[node.Name] = slices.Concat(services[first:], services[:first])
	}
	return o
}

// watches are one of each node.
func (o *others) watches() []collectors.Watch {
	watches := make([]collectors.Watch, 0, len(o.nodes))
	for _, node := range o.nodes {
		watches = append(watches, collectors.Watch{
			Name: "outages", Collector: collectors.HealthInTurns(), Every: o.turn(node.Name), Sink: o,
			Nodes: []*inventory.Node{node}, Services: func(node string) []*inventory.Service { return o.services[node] },
		})
	}
	return watches
}

// turn is from when one service of a node is asked to when the next is.
func (o *others) turn(node string) time.Duration {
	return othersEvery / time.Duration(max(min(len(o.services[node]), healthAtOnce), 1))
}

// lasts is how long what a service of a node has said is the newest there is: three rounds,
// and one in which nothing answers any of the probes. Where much hangs, each service is
// asked that seldom, and what it says must not be too old before it is asked again.
func (o *others) lasts(node string) time.Duration {
	services := o.services[node]
	round := o.turn(node) * time.Duration(max(len(services), 1))
	return collectors.Watch{Collector: collectors.HealthInTurns(), Every: round}.Lasts(node) + collectors.HealthInTurns().Round(services)
}

// refs are those whose health it reads.
func (o *others) refs() []inventory.Ref {
	var refs []inventory.Ref
	for _, node := range o.nodes {
		for _, service := range o.services[node.Name] {
			refs = append(refs, inventory.Ref{Node: node.Name, Service: service.Name})
		}
	}
	return refs
}

// Publish takes readings of one node as they come.
func (o *others) Publish(_ context.Context, readings []record.Reading) {
	if len(readings) > 0 {
		o.health.Publish(readings, o.lasts(readings[0].Labels["node"]))
	}
}

// Forget is of who is asked from here, which these are not.
func (*others) Forget([]record.Reading) {}

// Collected is told as an outage: a node that gives no answer.
func (*others) Collected(record.CollectEvent) {}

package engine

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// othersEvery is how often the services are asked for their health that no fault
// of the run touches: seldom, since the budget does not rest on them. A node
// with many is asked less often still, as for the budget.
const othersEvery = 5 * time.Second

// others watches the services that have a health probe and are in no group that the
// run touches. What it reads is no signal of the scenario, which has not asked
// for it, and is kept apart; what follows from it is told as outages.
type others struct {
	collectors.Watch
	health *collectors.Signals
}

func newOthers(r *Run) *others {
	kind, _ := collectors.Catalogue().Lookup("service")
	services := map[string][]*inventory.Service{}
	o := &others{health: collectors.NewSignals(r.clock), Watch: collectors.Watch{
		Name: "outages", Collector: kind.New(), Every: othersEvery,
		Services: func(node string) []*inventory.Service { return services[node] },
	}}
	o.Sink = o
	if len(r.plan.Faults) == 0 {
		return o
	}
	for _, ref := range r.plan.Inventory.Probed() {
		if r.vitals[ref] {
			continue
		}
		if len(services[ref.Node]) == 0 {
			o.Nodes = append(o.Nodes, r.plan.Inventory.NodeByName(ref.Node))
		}
		services[ref.Node] = append(services[ref.Node], r.plan.Inventory.ServiceByName(ref.Service))
		o.Every = max(o.Every, othersEvery*time.Duration(len(services[ref.Node])/healthAtOnce))
	}
	return o
}

// refs are those whose health it reads.
func (o *others) refs() []inventory.Ref {
	var refs []inventory.Ref
	for _, node := range o.Nodes {
		for _, service := range o.Services(node.Name) {
			refs = append(refs, inventory.Ref{Node: node.Name, Service: service.Name})
		}
	}
	return refs
}

// Publish takes readings of one node as they come.
func (o *others) Publish(_ context.Context, readings []record.Reading) {
	if len(readings) > 0 {
		o.health.Publish(readings, o.Lasts(readings[0].Labels["node"]))
	}
}

// Forget is of who is asked from here, which these are not.
func (*others) Forget([]record.Reading) {}

// Collected is told as an outage: a node that gives no answer.
func (*others) Collected(record.CollectEvent) {}

package engine

import (
	"context"
	"sync"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// freshen asks for the health of those members of a fault's groups whose last
// word is too old to admit it on. A node answers for all of its services at
// once, so that one which hangs, under another fault for instance, makes old
// what is known of its neighbours: they are asked by themselves, and only who
// gives no answer then counts as down. Mostly there is nobody to ask.
func (r *Run) freshen(ctx context.Context, refs []inventory.Ref) {
	var asking sync.WaitGroup
	for _, group := range touched(r.plan.Inventory, refs) {
		for _, member := range group.Members {
			if _, fresh := r.health(member.Ref); !fresh {
				asking.Go(func() { r.ask(ctx, member.Ref) })
			}
		}
	}
	asking.Wait()
}

// ask runs a service's health probe once and publishes what it said.
func (r *Run) ask(ctx context.Context, ref inventory.Ref) {
	node, service := r.plan.Inventory.NodeByName(ref.Node), r.plan.Inventory.ServiceByName(ref.Service)
	asked := r.clock.Now()
	result := r.Nodes.Run(ctx, ref.Node, remote.Command{Script: inventory.ProbeScript(node, service), Root: true, Timeout: freshness})
	reading := record.Reading{
		At: asked, Signal: "service.healthy", Labels: map[string]string{"node": ref.Node, "service": ref.Service},
	}
	if result.OK() {
		reading.Value = 1
	}
	if result.State == remote.Done {
		r.vital.Publish(ctx, []record.Reading{reading})
	}
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/scenarios"
)

// look asks everybody for his health before the first fault. Whoever is not well
// is a *Veto, since a cloud that is ill is not tested, unless the operator has
// lifted the net for it.
func (r *Run) look(ctx context.Context) error {
	r.askThese(ctx, r.lookedAt())
	if err := r.veto(ctx); err != nil {
		return &Veto{Err: fmt.Errorf("%w: nothing was touched", err)}
	}
	return nil
}

// veto says why no fault may begin: what is down and not by a fault of this run,
// wherever in the cloud. It keeps no fault from being undone. Who is said to be
// down is asked once more before that: a busy node is slow when it is asked for
// everything.
func (r *Run) veto(ctx context.Context) error {
	real := r.unexplained()
	for range asksFor {
		if len(real) == 0 || r.plan.Lifted(scenarios.RealOutage) {
			return nil
		}
		r.askThese(ctx, real)
		real = r.unexplained()
	}
	if len(real) == 0 {
		return nil
	}
	r.confirm(real)
	words := make([]string, len(real))
	for i, ref := range real {
		words[i] = ref.String() + " is not healthy"
		if ref.Service == "" {
			words[i] = ref.Node + " gives no answer"
		}
	}
	return fmt.Errorf("%s, and no fault of this run explains it: it may be a real outage; mend it, or lift the safety net for it: with --override %s=REASON it counts as lost redundancy only",
		strings.Join(words, ", "), scenarios.RealOutage)
}

// askThese asks for the health of members, node by node and all nodes at once; a
// whole node stands for all whose health this run reads there.
func (r *Run) askThese(ctx context.Context, refs []inventory.Ref) {
	of := map[string][]*inventory.Service{}
	for _, ref := range r.lookedAt() {
		if slices.Contains(refs, ref) || slices.Contains(refs, inventory.Ref{Node: ref.Node}) {
			of[ref.Node] = append(of[ref.Node], r.plan.Inventory.ServiceByName(ref.Service))
		}
	}
	var asking sync.WaitGroup
	for node, services := range of {
		asking.Go(func() { r.ask(ctx, node, services) })
	}
	asking.Wait()
}

// Down asks a cloud which of its services are not known to be healthy, node by
// node. A plan that is to be run beside a known outage is told of them; see
// [scenarios.PlanOptions].
func Down(ctx context.Context, nodes remote.Runner, cloud *inventory.Cloud) []inventory.Ref {
	var down []inventory.Ref
	var mu sync.Mutex
	var asking sync.WaitGroup
	for _, node := range cloud.Nodes {
		services := cloud.ServicesOn(node.Name)
		if len(services) == 0 {
			continue
		}
		asking.Go(func() {
			well := map[string]bool{}
			for range asksFor {
				for _, word := range probe(ctx, nodes, record.NewClock(), node, services) {
					well[word.Labels["service"]] = well[word.Labels["service"]] || word.Value > 0
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for _, service := range services {
				if !well[service.Name] {
					down = append(down, inventory.Ref{Node: node.Name, Service: service.Name})
				}
			}
		})
	}
	asking.Wait()
	slices.SortFunc(down, inventory.Ref.Compare)
	return down
}

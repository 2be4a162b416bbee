package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// askWithin bounds a service's probe by what the inventory gives it, within
// limits: what takes longer counts as down.
func askWithin(service *inventory.Service) time.Duration {
	within := freshness
	if service.Health != nil {
		within = max(within, service.Health.Timeout)
	}
	return min(within, longestAsk)
}

const (
	longestAsk = 5 * time.Second
	askAnswer  = 2 * time.Second // beyond the longest, for the node to say so
)

// freshen asks for the health of those members of a fault's groups whose last
// word is too old to admit it on, a node for all of its own at once. Each has a
// bound of its own, so that one which hangs, under another fault for instance,
// hides no other. Who did not say in time that it is well is asked once more:
// a busy node is slow when it is asked for everything.
func (r *Run) freshen(ctx context.Context, refs []inventory.Ref) {
	old := map[string][]*inventory.Service{}
	for _, group := range r.plan.Inventory.GroupsOf(refs) {
		for _, member := range group.Members {
			service := r.plan.Inventory.ServiceByName(member.Service)
			if _, fresh := r.health(member.Ref, freshness); !fresh && !slices.Contains(old[member.Node], service) {
				old[member.Node] = append(old[member.Node], service)
			}
		}
	}
	for range asksFor {
		began := r.clock.Now()
		var asking sync.WaitGroup
		for node, services := range old {
			asking.Go(func() { r.ask(ctx, node, services) })
		}
		asking.Wait()
		for node, services := range old {
			old[node] = slices.DeleteFunc(services, func(s *inventory.Service) bool {
				return r.healthy(inventory.Ref{Node: node, Service: s.Name}, r.clock.Now()-began)
			})
		}
		maps.DeleteFunc(old, func(_ string, services []*inventory.Service) bool { return len(services) == 0 })
	}
}

// asksFor is how often somebody is asked before a fault is refused for it.
const asksFor = 2

// ask runs the health probes of services of a node once and takes in what they
// said.
func (r *Run) ask(ctx context.Context, node string, services []*inventory.Service) {
	r.hear(ctx, probe(ctx, r.Nodes, r.clock, r.plan.Inventory.NodeByName(node), services))
}

// probe runs the health probes of services of a node once, all at the same time.
// A node that does not answer says nothing.
func probe(ctx context.Context, nodes remote.Runner, clock record.Clock, node *inventory.Node, services []*inventory.Service) []record.Reading {
	var script strings.Builder
	for _, service := range services {
		fmt.Fprintf(&script, "(if timeout %s sh -c %s >/dev/null 2>&1; then echo %[3]s 1; else echo %[3]s 0; fi) &\n",
			strconv.FormatFloat(askWithin(service).Seconds(), 'f', -1, 64), inventory.Quote(inventory.ProbeScript(node, service)), inventory.Quote(service.Name))
	}
	script.WriteString("wait\n")
	asked := clock.Now()
	result := nodes.Run(ctx, node.Name, remote.Command{Script: script.String(), Root: true, Timeout: longestAsk + askAnswer})
	if result.State != remote.Done {
		return nil
	}
	var readings []record.Reading
	for line := range strings.Lines(string(result.Stdout)) {
		if service, says, found := strings.Cut(strings.TrimSpace(line), " "); found {
			reading := record.Reading{At: asked, Signal: healthSignal, Labels: map[string]string{"node": node.Name, "service": service}, Unit: "1"}
			if says == "1" {
				reading.Value = 1
			}
			readings = append(readings, reading)
		}
	}
	return readings
}

// hear takes in what services of one node were found to be.
func (r *Run) hear(ctx context.Context, readings []record.Reading) {
	var vital, others []record.Reading
	for _, reading := range readings {
		if r.vitals[refOf(reading)] {
			vital = append(vital, reading)
		} else {
			others = append(others, reading)
		}
	}
	if len(vital) > 0 {
		r.vital.Publish(ctx, vital)
	}
	r.others.Publish(ctx, others)
}

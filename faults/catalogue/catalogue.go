// Package catalogue is every kind of fault, by name, in the one place that
// knows all families.
package catalogue

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/faults/service"
)

// Fill adds every kind of fault to kinds.
func Fill(kinds *document.Kinds[faults.Fault]) {
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "service.stop",
		Summary: "stops a service's unit and keeps it down",
		New:     func() faults.Fault { return &service.Stop{} },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "service.kill",
		Summary: "kills every process of a service's unit, and keeps it down unless told otherwise",
		New:     func() faults.Fault { return service.NewKill() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "service.freeze",
		Summary: "stops a service's processes from running without ending them",
		New:     func() faults.Fault { return &service.Freeze{} },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "service.unplug",
		Summary: "drops what a service's ports are sent and what they answer",
		New:     func() faults.Fault { return network.NewUnplug() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "network.partition",
		Summary: "cuts a node off from others, from every other one unless told which",
		New:     func() faults.Fault { return network.NewPartition() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "network.loss",
		Summary: "loses a share of the packets between a node and others",
		New:     func() faults.Fault { return network.NewLoss() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "network.down",
		Summary: "takes an interface of a node down",
		New:     func() faults.Fault { return &network.Down{} },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "network.dns",
		Summary: "leaves a node without answers from resolvers",
		New:     func() faults.Fault { return network.NewDNS() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "node.isolate",
		Summary: "cuts a node off from all others",
		New:     func() faults.Fault { return &network.Isolate{} },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "power.off",
		Summary: "takes a node's power away through its management controller, and gives it back",
		New:     func() faults.Fault { return &power.Off{} },
	})
}

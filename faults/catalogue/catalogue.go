// Package catalogue is every kind of fault, by name, in the one place that
// knows all families.
package catalogue

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/faults/resource"
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
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "cpu.load",
		Summary: "takes a share of a node's processors",
		New:     func() faults.Fault { return resource.NewCPULoad() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "memory.load",
		Summary: "takes a part of a node's memory, and leaves a reserve",
		New:     func() faults.Fault { return resource.NewMemoryLoad() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "cpu.throttle",
		Summary: "lets a service have no more than a part of a processor",
		New:     func() faults.Fault { return resource.NewCPUThrottle() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "io.load",
		Summary: "reads from a node's disk and writes to it",
		New:     func() faults.Fault { return resource.NewIOLoad() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "io.throttle",
		Summary: "lets a service read from a disk and write to it no faster than so",
		New:     func() faults.Fault { return resource.NewIOThrottle() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "disk.fill",
		Summary: "takes the room that a file system has left",
		New:     func() faults.Fault { return disk.NewFill() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "disk.inodes",
		Summary: "takes the inodes that a file system has left",
		New:     func() faults.Fault { return disk.NewInodes() },
	})
	kinds.Add(document.Kind[faults.Fault]{
		Name:    "disk.readonly",
		Summary: "lets a file system take no more writes",
		New:     func() faults.Fault { return disk.NewReadOnly() },
	})
}

// Package catalogue is every kind of fault, by name, in the one place that
// knows all families.
package catalogue

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/clock"
	"github.com/openstack-eris/eris/faults/disk"
	"github.com/openstack-eris/eris/faults/middleware"
	"github.com/openstack-eris/eris/faults/network"
	"github.com/openstack-eris/eris/faults/node"
	"github.com/openstack-eris/eris/faults/operator"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/faults/resource"
	"github.com/openstack-eris/eris/faults/service"
)

// Fill adds every kind of fault to kinds.
func Fill(kinds *document.Kinds[faults.Fault]) {
	for _, family := range [][]document.Kind[faults.Fault]{serviceKinds(), networkKinds(), powerKinds(), nodeKinds(), resourceKinds(), diskKinds(), clockKinds(), middlewareKinds(), operatorKinds()} {
		for _, kind := range family {
			kinds.Add(kind)
		}
	}
}

func serviceKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "service.stop",
			Summary: "stops a service's unit and keeps it down",
			New:     func() faults.Fault { return &service.Stop{} },
		},
		{
			Name:    "service.kill",
			Summary: "kills every process of a service's unit, and keeps it down unless told otherwise",
			New:     func() faults.Fault { return service.NewKill() },
		},
		{
			Name:    "service.freeze",
			Summary: "stops a service's processes from running without ending them",
			New:     func() faults.Fault { return &service.Freeze{} },
		},
		{
			Name:    "service.restart",
			Summary: "restarts a service's unit once, and measures how long it was away",
			New:     func() faults.Fault { return &service.Restart{} },
		},
		{
			Name:    "service.reload",
			Summary: "has a service read its configuration again, and measures what that cost",
			New:     func() faults.Fault { return &service.Reload{} },
		},
		{
			Name:    "service.crash_loop",
			Summary: "kills every process of a service's unit again and again",
			New:     func() faults.Fault { return service.NewCrashLoop() },
		},
	}
}

func networkKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "service.unplug",
			Summary: "drops what a service's ports are sent and what they answer, or refuses it",
			New:     func() faults.Fault { return network.NewUnplug() },
		},
		{
			Name:    "network.partition",
			Summary: "cuts a node off from others, from every other one unless told which",
			New:     func() faults.Fault { return network.NewPartition() },
		},
		{
			Name:    "network.loss",
			Summary: "loses a share of the packets between a node and others",
			New:     func() faults.Fault { return network.NewLoss() },
		},
		{
			Name:    "network.rate",
			Summary: "limits how much a node sends by an interface",
			New:     func() faults.Fault { return network.NewRate() },
		},
		{
			Name:    "network.delay",
			Summary: "makes what a node sends late",
			New:     func() faults.Fault { return network.NewDelay() },
		},
		{
			Name:    "network.corrupt",
			Summary: "changes a bit in a share of the packets that a node sends",
			New:     func() faults.Fault { return network.NewCorrupt() },
		},
		{
			Name:    "network.duplicate",
			Summary: "sends a share of a node's packets twice",
			New:     func() faults.Fault { return network.NewDuplicate() },
		},
		{
			Name:    "network.reorder",
			Summary: "lets a share of the packets that a node sends overtake the others",
			New:     func() faults.Fault { return network.NewReorder() },
		},
		{
			Name:    "network.down",
			Summary: "takes an interface of a node down",
			New:     func() faults.Fault { return &network.Down{} },
		},
		{
			Name:    "network.dns",
			Summary: "leaves a node without answers from resolvers",
			New:     func() faults.Fault { return network.NewDNS() },
		},
		{
			Name:    "node.isolate",
			Summary: "cuts a node off from all others",
			New:     func() faults.Fault { return &network.Isolate{} },
		},
	}
}

func powerKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "power.off",
			Summary: "takes a node's power away through its management controller, and gives it back",
			New:     func() faults.Fault { return &power.Off{} },
		},
	}
}

func nodeKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "node.reboot",
			Summary: "has a node stop everything in good order and boot anew",
			New:     func() faults.Fault { return &node.Reboot{} },
		},
		{
			Name:    "node.crash",
			Summary: "has a node's kernel panic; it boots anew when it is set to",
			New:     func() faults.Fault { return &node.Crash{} },
		},
		{
			Name:    "node.reset",
			Summary: "has a node's kernel boot anew at once, with nothing stopped or flushed",
			New:     func() faults.Fault { return &node.Reset{} },
		},
	}
}

func resourceKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "cpu.load",
			Summary: "takes a share of a node's processors",
			New:     func() faults.Fault { return resource.NewCPULoad() },
		},
		{
			Name:    "memory.load",
			Summary: "takes a part of a node's memory, and leaves a reserve",
			New:     func() faults.Fault { return resource.NewMemoryLoad() },
		},
		{
			Name:    "cpu.throttle",
			Summary: "lets a service have no more than a part of a processor",
			New:     func() faults.Fault { return resource.NewCPUThrottle() },
		},
		{
			Name:    "io.load",
			Summary: "reads from a node's disk and writes to it",
			New:     func() faults.Fault { return resource.NewIOLoad() },
		},
		{
			Name:    "io.throttle",
			Summary: "lets a service read from a disk and write to it no faster than so",
			New:     func() faults.Fault { return resource.NewIOThrottle() },
		},
	}
}

func diskKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "disk.fill",
			Summary: "takes the room that a file system has left",
			New:     func() faults.Fault { return disk.NewFill() },
		},
		{
			Name:    "disk.inodes",
			Summary: "takes the inodes that a file system has left",
			New:     func() faults.Fault { return disk.NewInodes() },
		},
		{
			Name:    "disk.readonly",
			Summary: "lets a file system take no more writes",
			New:     func() faults.Fault { return disk.NewReadOnly() },
		},
	}
}

func operatorKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "script.run",
			Summary: "runs the operator's own scripts as a fault, under the contract of every other",
			New:     func() faults.Fault { return &operator.Run{} },
		},
	}
}

func clockKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "clock.step",
			Summary: "moves a node's wall clock, and stops what would put it right",
			New:     func() faults.Fault { return clock.NewStep() },
		},
	}
}

func middlewareKinds() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "haproxy.drain",
			Summary: "lets the haproxy of a node give a server no new requests",
			New:     func() faults.Fault { return middleware.NewDrain() },
		},
		{
			Name:    "galera.desync",
			Summary: "lets a member of a Galera cluster fall behind without the others waiting for it",
			New:     func() faults.Fault { return &middleware.Desync{} },
		},
	}
}

package network

import (
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Kinds are the kinds of fault of this family, each with its defaults.
func Kinds() []document.Kind[faults.Fault] {
	return append(scarce(), []document.Kind[faults.Fault]{
		{
			Name:    "service.unplug",
			Summary: "drops what a service's ports are sent and what they answer, or refuses it",
			New:     func() faults.Fault { return NewUnplug() },
		},
		{
			Name:    "service.hang_port",
			Summary: "lets a service's port take connections and answer none",
			New:     func() faults.Fault { return &Hang{} },
		},
		{
			Name:    "network.partition",
			Summary: "cuts a node off from others, from every other one unless told which",
			New:     func() faults.Fault { return NewPartition() },
		},
		{
			Name:    "network.loss",
			Summary: "loses a share of the packets between a node and others",
			New:     func() faults.Fault { return NewLoss() },
		},
		{
			Name:    "network.rate",
			Summary: "limits how much a node sends by an interface",
			New:     func() faults.Fault { return NewRate() },
		},
		{
			Name:    "network.delay",
			Summary: "makes what a node sends late",
			New:     func() faults.Fault { return NewDelay() },
		},
		{
			Name:    "network.corrupt",
			Summary: "changes a bit in a share of the packets that a node sends",
			New:     func() faults.Fault { return NewCorrupt() },
		},
		{
			Name:    "network.duplicate",
			Summary: "sends a share of a node's packets twice",
			New:     func() faults.Fault { return NewDuplicate() },
		},
		{
			Name:    "network.reorder",
			Summary: "lets a share of the packets that a node sends overtake the others",
			New:     func() faults.Fault { return NewReorder() },
		},
		{
			Name:    "network.down",
			Summary: "takes an interface of a node down",
			New:     func() faults.Fault { return &Down{} },
		},
		{
			Name:    "network.dns",
			Summary: "leaves a node without answers from resolvers",
			New:     func() faults.Fault { return NewDNS() },
		},
		{
			Name:    "network.connections",
			Summary: "ends the connections of a service's port, or between a node and others, once",
			New:     func() faults.Fault { return NewConnections() },
		},
		{
			Name:    "network.flood",
			Summary: "has a node send another one packets, at a rate that is bounded",
			New:     func() faults.Fault { return NewFlood() },
		},
		{
			Name:    "node.isolate",
			Summary: "cuts a node off from all others",
			New:     func() faults.Fault { return &Isolate{} },
		},
	}...)
}

// scarce are those of what a kernel has only so many of.
func scarce() []document.Kind[faults.Fault] {
	return []document.Kind[faults.Fault]{
		{
			Name:    "network.ports",
			Summary: "takes the ports that a node's kernel gives to who connects",
			New:     func() faults.Fault { return NewPorts() },
		},
		{
			Name:    "network.conntrack",
			Summary: "fills the table in which a node's kernel tracks connections, so that it drops new ones",
			New:     func() faults.Fault { return NewConntrack() },
		},
	}
}
